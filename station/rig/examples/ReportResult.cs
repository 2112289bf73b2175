// Report a result to NeuroHub from C#: copy this class. .NET 6 or newer needs nothing else; for .NET Framework
// 4.7.2 add the package System.Text.Json.
//
//   CompletionFile.Report(@"C:\neurohub\rig", "WIP-KR01PSA2511001-001", 3, "PASS", new {
//       temp_sensor = new { measured_temp = 60.2 }, tof_sensor = new { i2c_communication = true } });

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Encodings.Web;
using System.Text.Json;

public static class CompletionFile
{
    static readonly JsonSerializerOptions Json = new JsonSerializerOptions
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Hangul as it is
    };

    /// <summary>Write one result into the station's folder, whole or not at all, and return the file's path.</summary>
    public static string Report(
        string folder, string unit, int process, string result, object processData, object defect = null)
    {
        DateTimeOffset now = DateTimeOffset.Now;
        string code = $"PROC-{process:D3}";
        var content = new Dictionary<string, object>
        {
            ["unit"] = unit,
            ["process"] = code,
            ["result"] = result,
            ["completed_at"] = now.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            ["process_data"] = processData,
        };
        if (defect != null) content["defect"] = defect;

        string stamp = now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        string path = Path.Combine(folder, "pending", $"{unit}_{code}_{stamp}.json");
        string unfinished = path + ".tmp"; // the station leaves .tmp alone
        // NaN is no JSON: the serializer throws ArgumentException rather than write it.
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(content, Json);
        using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(bytes, 0, bytes.Length);
            stream.Flush(flushToDisk: true); // on the disk before it has its name
        }
        File.Move(unfinished, path);
        return path;
    }
}
