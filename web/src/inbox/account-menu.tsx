import { useState, type ReactNode } from "react";
import { signOut } from "../api/session";
import { setLanguage, language, languages, t, type Language } from "../text";
import { Menu, MenuChoice, MenuItem, MenuLine } from "../ui/menu";
import { applyTheme, theme, type Theme } from "../ui/theme";

/** How the page looks and speaks, for who is signed in; and the way out. */
export function AccountMenu({ trigger }: { trigger: ReactNode }) {
  const [worn, setWorn] = useState(theme);
  return (
    <Menu align="start" trigger={trigger}>
      <MenuChoice
        label={t.nav.theme}
        value={worn}
        options={(["system", "light", "dark"] as const).map((value) => ({ value, label: t.nav.themes[value] }))}
        onChoose={(next: Theme) => {
          applyTheme(next);
          setWorn(next);
        }}
      />
      <MenuLine />
      <MenuChoice
        label={t.nav.language}
        value={language()}
        options={Object.entries(languages).map(([value, label]) => ({ value: value as Language, label }))}
        onChoose={setLanguage}
      />
      <MenuLine />
      <MenuItem icon="undo" onSelect={() => signOut()}>
        {t.nav.signOut}
      </MenuItem>
    </Menu>
  );
}
