//! Container engines that hold the nodes: [`Engine`], its settings, and what the host lacks for it.
