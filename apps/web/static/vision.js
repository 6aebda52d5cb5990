// Loads the program that looks at pictures. What goes wrong later is passed on to the page.
import init from "/app/web_vision.js";

addEventListener("unhandledrejection", (event) => {
  setTimeout(() => {
    throw event.reason;
  });
});
init();
