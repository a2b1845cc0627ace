// What a message brings along: the library and view.js come once, in a message of their own.
export default function (component) {
  if (globalThis.magnetraceNetwork) return globalThis.magnetraceNetwork(component);
  const go = () => globalThis.magnetraceNetwork(component);
  globalThis.addEventListener("network-library", go, { once: true });
  return () => globalThis.removeEventListener("network-library", go);
}
