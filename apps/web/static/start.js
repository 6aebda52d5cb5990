// Loads the page's program. A link's secret leaves the address bar before anything else happens;
// the program takes it from here and removes it.
import init from "/app/web.js";

if (location.pathname === "/i" && location.hash) {
  globalThis.velumArrival = location.href;
  history.replaceState(null, "", "/");
}
// Where a browser has no such thing, or does not allow it, the app works with a network only.
navigator.serviceWorker?.register("/offline.js").catch(() => {});
init().catch(() => {
  const line = document.createElement("p");
  line.className = "plain";
  line.textContent = "The page could not be loaded. Please load it again.";
  document.body.append(line);
});
