import("./assets/deskwire-sidebar-spY75Rh0.js");
