import("./assets/deskwire-sidebar-DIEKvoxu.js");
