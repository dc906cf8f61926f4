import("./assets/deskwire-sidebar-BjYT7f_N.js");
