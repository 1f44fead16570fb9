// A phone that trusts the authority already has nothing to read here: it goes straight on.
const main = document.querySelector("main");
const target = new URL(main.dataset.site);
const wanted = new URLSearchParams(location.search).get("ke") ?? "";
if (/^\/[\w\/-]*$/.test(wanted)) target.pathname = wanted;
document.getElementById("enter").href = target.href;

const apple = /iPhone|iPad|Macintosh/.test(navigator.userAgent);
const first = document.getElementById(apple ? "ios" : "android");
document.getElementById(apple ? "android" : "ios").before(first);

fetch(new URL("/healthz", target), { mode: "no-cors", cache: "no-store" }).then(
  () => {
    document.getElementById("state").textContent = "Ponsel ini sudah percaya. Ruang dibuka…";
    location.replace(target);
  },
  () => {
    document.getElementById("state").dataset.trusted = "no";
  },
);
