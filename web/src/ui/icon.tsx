// Drawn here, on a grid of 24, so that nothing has to be fetched.
const paths = {
  inbox: "M3 13h5l2 3h4l2-3h5M5.5 5h13L21 13v6H3v-6z",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c1-3.5 4-5 7.5-5s6.500 1.500 7.500 5",
  users: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 19c.8-3 3.300-4.500 6.500-4.500s5.700 1.500 6.500 4.500M16 4.300a3.500 3.500 0 0 1 0 6.500M18 14.800c1.800.6 3 2 3.500 4.200",
  check: "M5 12.500l4.500 4.500L19 7.500",
  checks: "M2.500 12.500l4 4L15 8M11 16l.8.800L21 8",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM19 12a7 7 0 0 0-.1-1.300l2-1.500-2-3.400-2.300 1a7 7 0 0 0-2.200-1.300L14 3h-4l-.4 2.500a7 7 0 0 0-2.200 1.300l-2.300-1-2 3.400 2 1.500a7 7 0 0 0 0 2.600l-2 1.500 2 3.400 2.300-1a7 7 0 0 0 2.200 1.300L10 21h4l.4-2.500a7 7 0 0 0 2.200-1.300l2.300 1 2-3.400-2-1.500c.1-.4.1-.900.100-1.300z",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500L20 20",
  x: "M6 6l12 12M18 6L6 18",
  dots: "M5 12h.01M12 12h.01M19 12h.01",
  chevron: "M9 6l6 6-6 6",
  down: "M6 9l6 6 6-6",
  up: "M6 15l6-6 6 6",
  back: "M15 6l-6 6 6 6",
  menu: "M4 6h16M4 12h16M4 18h16",
  panel: "M4 5h16v14H4zM14.500 5v14",
  link: "M14 4h6v6M20 4l-9 9M18 14v5H5V6h5",
  reply: "M9 8L4 12.500 9 17M4.500 12.500H14c3.500 0 6 2 6 6",
  note: "M5 4h14v11l-4.500 5H5zM14.500 20v-5H19",
  clip: "M19 11l-7.500 7.500a4.500 4.500 0 0 1-6.400-6.400L13 4.500a3 3 0 0 1 4.200 4.200L9.700 16.200a1.500 1.500 0 0 1-2.100-2.100L14 7.700",
  ticket: "M4 7h16v3.500a1.800 1.800 0 0 0 0 3.500V17H4v-3a1.800 1.800 0 0 0 0-3.500zM14 7v10",
  alert: "M12 4l9 16H3zM12 10v4M12 17h.01",
  plus: "M12 5v14M5 12h14",
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  undo: "M8 7L4 11l4 4M4.500 11H15a5 5 0 0 1 0 10h-3",
  command: "M9 9h6v6H9zM9 9V6.500A2.500 2.500 0 1 0 6.500 9H9zM15 9V6.500A2.500 2.500 0 1 1 17.500 9H15zM9 15v2.500A2.500 2.500 0 1 1 6.500 15H9zM15 15v2.500a2.500 2.500 0 1 0 2.500-2.500H15z",
  mail: "M3.500 6h17v12h-17zM4 6.500l8 6.500 8-6.500",
  phone: "M6 4h3l1.500 4.500L8.500 10a12 12 0 0 0 5.500 5.500l1.500-2L20 15v3c0 1.100-.9 2-2 2C10.300 20 4 13.700 4 6c0-1.100.9-2 2-2z",
  key: "M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12h9M18 12v3",
  wifi: "M3 3l18 18M8.500 16a5 5 0 0 1 6.500-.4M5 12.500a10 10 0 0 1 4-2.300M14 10a10 10 0 0 1 5 2.500M12 19.500h.01",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, className = "size-4" }: { name: IconName; className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={`shrink-0 ${className}`} fill="none" stroke="currentColor" strokeWidth={name === "dots" || name === "grip" ? 2.6 : 1.7} strokeLinecap="round" strokeLinejoin="round">
      <path d={paths[name]} />
    </svg>
  );
}
