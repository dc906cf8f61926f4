/** A token that came with the address, in its fragment, which no server sees; else the one that the server of a demo gives. */
export function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) history.replaceState(null, "", location.pathname + location.search);
  return given ?? document.querySelector<HTMLMetaElement>("meta[name=deskwire-token]")?.content ?? "";
}
