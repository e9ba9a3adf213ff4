import { render } from "preact";
import "../theme.css";
import "./page.css";
import "./sidebar.css";
import "./conversation.css";
import "../theme";
import { App } from "./app";

render(<App />, document.getElementById("app")!);
