import("./assets/deskwire-sidebar-ClodFXqw.js");
