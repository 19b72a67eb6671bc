/// The themes that come with the program, as the text of their files.
package enum ShippedThemes {
    /// Sorted by name.
    package static let names = files.map(\.name)

    /// Nil for a name that is none of ``names``.
    package static func text(of name: String) -> String? {
        files.first { $0.name == name }.map { String(decoding: $0.bytes(), as: UTF8.self) }
    }

    private static let files: [(name: String, bytes: @Sendable () -> [UInt8])] = [
        ("catppuccin-latte", { PackageResources.catppuccin_latte_toml }),
        ("catppuccin-mocha", { PackageResources.catppuccin_mocha_toml }),
        ("dracula", { PackageResources.dracula_toml }),
        ("gruvbox-dark", { PackageResources.gruvbox_dark_toml }),
        ("gruvbox-light", { PackageResources.gruvbox_light_toml }),
        ("high-contrast", { PackageResources.high_contrast_toml }),
        ("mono", { PackageResources.mono_toml }),
        ("nord", { PackageResources.nord_toml }),
        ("pannier-dark", { PackageResources.pannier_dark_toml }),
        ("pannier-light", { PackageResources.pannier_light_toml }),
        ("solarized-dark", { PackageResources.solarized_dark_toml }),
        ("solarized-light", { PackageResources.solarized_light_toml }),
        ("tokyo-night", { PackageResources.tokyo_night_toml }),
    ]
}
