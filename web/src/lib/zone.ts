/** The time zone of this browser as the tz database names it, such as `Europe/Berlin`; null where the browser does not know. */
export function browserZone(): string | null {
  const zone: string | undefined = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone && zone !== "Etc/Unknown" ? zone : null;
}
