import("./assets/deskwire-sidebar-BsrZ5oZR.js");
