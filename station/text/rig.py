"""Why a completion file was refused, in Korean and English, each with what to do about it.

Keys are the `reason` of `RigFileRefused`. Read by the folder, by `neurohub-rig` and by the flow.
"""

from typing import Final, NamedTuple


class Words(NamedTuple):
    """A sentence in each language; `title` is short enough for a list on the screen."""

    title_en: str
    title_ko: str
    en: str
    ko: str

    def title(self, language: str) -> str:
        return self.title_ko if language == "ko" else self.title_en

    def sentence(self, language: str) -> str:
        return self.ko if language == "ko" else self.en


REASONS: Final[dict[str, Words]] = {
    "too_large": Words(
        "File too large",
        "파일이 너무 큼",
        "The file is larger than 64 kB. Send the result alone, without raw curves or pictures.",
        "파일이 64 kB보다 큽니다. 원시 파형이나 이미지를 빼고 결과만 보내세요.",
    ),
    "bad_encoding": Words(
        "Not readable text",
        "읽을 수 없는 문자",
        "The file is neither UTF-8 nor CP949 text. Write it as UTF-8.",
        "UTF-8도 CP949도 아닌 파일입니다. UTF-8로 저장하세요.",
    ),
    "half_written": Words(
        "File is incomplete",
        "쓰다 만 파일",
        "The file ends in the middle. Write to a .tmp name first, then rename it to .json.",
        "파일이 중간에서 끝났습니다. .tmp 이름으로 다 쓴 뒤 .json으로 이름을 바꾸세요.",
    ),
    "broken_json": Words(
        "Not valid JSON",
        "JSON 형식 오류",
        "The file is not one JSON object. Look at the line and column named.",
        "올바른 JSON 객체가 아닙니다. 표시된 줄과 칸을 확인하세요.",
    ),
    "not_a_number": Words(
        "NaN or Infinity",
        "NaN 또는 Infinity",
        "JSON has no NaN and no Infinity. Leave the field out and report ERROR when nothing was measured.",
        "JSON에는 NaN과 Infinity가 없습니다. 측정하지 못했으면 항목을 빼고 ERROR로 보고하세요.",
    ),
    "repeated_field": Words(
        "Field given twice",
        "중복된 항목",
        "The same field stands twice in one object. Write each field once.",
        "한 객체에 같은 항목이 두 번 있습니다. 한 번만 쓰세요.",
    ),
    "bad_name": Words(
        "Wrong file name",
        "파일 이름 오류",
        "The file name must be UNIT_PROC-00n_YYYYMMDDHHMMSS.json.",
        "파일 이름은 UNIT_PROC-00n_YYYYMMDDHHMMSS.json 형식이어야 합니다.",
    ),
    "name_differs": Words(
        "Name and content differ",
        "이름과 내용 불일치",
        "Unit, process or time in the file name is not the one in the file. Make the name from the content.",
        "파일 이름의 제품·공정·시각이 내용과 다릅니다. 내용으로 파일 이름을 만드세요.",
    ),
    "bad_unit": Words(
        "Not a unit",
        "제품 코드 오류",
        "`unit` is not a WIP id or a serial number. Send the code exactly as it was scanned.",
        "`unit`이 WIP 번호나 시리얼 번호가 아닙니다. 스캔한 코드를 그대로 보내세요.",
    ),
    "not_open": Words(
        "Unit not started here",
        "착공되지 않은 제품",
        "This unit has no open step at this station. Scan it into the process, then send the file again.",
        "이 작업 PC에서 착공된 제품이 아닙니다. 먼저 착공한 뒤 파일을 다시 보내세요.",
    ),
    "foreign_process": Words(
        "Another station's process",
        "다른 작업 PC의 공정",
        "This station does not do this process. Correct `process`, or use the folder of the right station.",
        "이 작업 PC의 공정이 아닙니다. `process`를 고치거나 해당 작업 PC의 폴더에 저장하세요.",
    ),
    "future": Words(
        "Time in the future",
        "미래 시각",
        "`completed_at` is more than 5 minutes ahead. Set the rig's clock and its UTC offset.",
        "`completed_at`이 5분 넘게 미래입니다. 설비의 시계와 UTC 오프셋을 맞추세요.",
    ),
    "duplicate": Words(
        "Already received",
        "이미 접수된 파일",
        "Exactly this file was accepted before and counts once. A new result needs a new `completed_at`.",
        "똑같은 파일이 이미 접수되어 한 번만 반영됩니다. 새 결과에는 새 `completed_at`이 필요합니다.",
    ),
    "unknown_field": Words(
        "Unknown field",
        "알 수 없는 항목",
        "The contract has no such field. Correct its name or leave it out.",
        "규격에 없는 항목입니다. 이름을 고치거나 빼세요.",
    ),
    "missing_field": Words(
        "Field missing",
        "누락된 항목",
        "The file needs this field.",
        "반드시 있어야 하는 항목입니다.",
    ),
    "wrong_value": Words(
        "Wrong value",
        "값 오류",
        "The value of this field has the wrong type, form or range.",
        "값의 종류, 형식 또는 범위가 맞지 않습니다.",
    ),
    "contradiction": Words(
        "Contradicts the result",
        "결과와 모순",
        "This value contradicts `result`. Correct one of the two.",
        "이 값은 `result`와 맞지 않습니다. 둘 중 하나를 고치세요.",
    ),
}
