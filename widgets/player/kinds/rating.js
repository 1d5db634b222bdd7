// @ts-check
// One step of a scale.

import { register } from "../forms.js";
import { oneOf } from "./single.js";

register("rating", oneOf("hint_rating"));
