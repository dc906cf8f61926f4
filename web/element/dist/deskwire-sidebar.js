import("./assets/deskwire-sidebar-B4bfiXt6.js");
