import { useEffect, useState, type RefObject } from "react";

/** Whether an element is where it can be seen, or nearly. */
export function useInSight(element: RefObject<Element | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver((entries) => setSeen(entries.at(-1)!.isIntersecting), { rootMargin: "100px 0px" });
    watch.observe(element.current!);
    return () => watch.disconnect();
  }, [element]);
  return seen;
}
