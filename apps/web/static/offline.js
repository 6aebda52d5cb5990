// Keeps the app's own files, so that it works without a network. What the server has comes first:
// a corrected app is in use at once. Nothing but these files is kept, and no request is added.
const FILES = "velum-files";
const PAGE = ["/", "/start.js", "/style.css", "/icon.svg", "/veil.svg", "/worker.js", "/vision.js",
  "/app/web.js", "/app/web_bg.wasm", "/app/web_worker.js", "/app/web_worker_bg.wasm", "/measures.html", "/measures.css"];
const KEPT = /^\/(i?$|app\/|models\/|[\w-]+\.(js|css|svg|html|webmanifest)$)/;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(FILES).then((files) => files.addAll(PAGE)));
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const at = new URL(url);
  if (method === "GET" && at.origin === location.origin && KEPT.test(at.pathname)) {
    event.respondWith(answer(event.request, at.pathname === "/i" ? "/" : at.pathname));
  }
});

async function answer(request, path) {
  const files = await caches.open(FILES);
  const kept = await files.match(path);
  try {
    const fresh = await fetch(request);
    const changed = kept?.headers.get("etag") !== fresh.headers.get("etag");
    if (fresh.ok && changed) await files.put(path, fresh.clone());
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
