/** The Korean words, an area a file. `en` has the same; a key that is missing in it does not compile. */

export { default as account } from "./account.json";
export { default as alert } from "./alert.json";
export { default as common } from "./common.json";
export { default as defects } from "./defects.json";
export { default as duration } from "./duration.json";
export { default as edge } from "./edge.json";
export { default as equipment } from "./equipment.json";
export { default as event } from "./event.json";
export { default as field } from "./field.json";
export { default as firmware } from "./firmware.json";
export { default as fresh } from "./fresh.json";
export { default as jobs } from "./jobs.json";
export { default as line } from "./line.json";
export { default as lots } from "./lots.json";
export { default as people } from "./people.json";
export { default as place } from "./place.json";
export { default as problem } from "./problem.json";
export { default as process } from "./process.json";
export { default as route } from "./route.json";
export { default as search } from "./search.json";
export { default as shell } from "./shell.json";
export { default as sign_in } from "./sign_in.json";
export { default as stations } from "./stations.json";
export { default as status } from "./status.json";
export { default as unit } from "./unit.json";
