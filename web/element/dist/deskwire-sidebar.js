import("./assets/deskwire-sidebar-BStvNzbW.js");
