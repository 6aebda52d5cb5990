// Loads the worker's program. What goes wrong later is passed on, so that the page learns of it.
import init from "/app/web_worker.js";

addEventListener("unhandledrejection", (event) => {
  setTimeout(() => {
    throw event.reason;
  });
});
init();
