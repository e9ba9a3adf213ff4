import { render } from "preact";
import "../theme.css";
import "./dashboard.css";
import { Dashboard } from "./Dashboard";

render(<Dashboard />, document.body);
