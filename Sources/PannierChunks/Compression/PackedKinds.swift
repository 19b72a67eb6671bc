/// Kinds of files that are compressed already, as data.
enum PackedKinds {
    /// The kind's name when the MIME type says that its files are compressed.
    static func named(byMIMEType mimeType: String) -> String? {
        let type = mimeType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        if let name = types[type] { return name }
        for (prefix, name) in families where type.hasPrefix(prefix) && !exceptions.contains(type) { return name }
        return nil
    }

    /// The kind's name when a file begins with its magic.
    static func named(byMagicOf bytes: UnsafeRawBufferPointer) -> String? {
        magics.first { magic in
            bytes.count >= magic.offset + magic.bytes.count
                && bytes[magic.offset..<magic.offset + magic.bytes.count].elementsEqual(magic.bytes)
        }?.name
    }

    private static let families = [("video/", "a film"), ("audio/", "sound"), ("image/", "a picture")]

    /// Members of the families that are mostly not compressed: they are tried like everything else.
    private static let exceptions: Set<String> = [
        "audio/wav", "audio/x-wav", "audio/vnd.wave", "audio/aiff", "audio/x-aiff", "audio/basic", "audio/midi",
        "image/svg+xml", "image/bmp", "image/x-ms-bmp", "image/tiff", "image/x-portable-pixmap",
        "image/x-portable-graymap", "image/x-portable-bitmap", "image/x-tga", "image/x-xcf", "image/x-xpixmap",
        "image/vnd.adobe.photoshop", "image/x-icon", "image/vnd.microsoft.icon", "image/x-raw",
        "video/mp2t",
    ]

    private static let types = [
        "application/gzip": "gzip", "application/x-gzip": "gzip", "application/zip": "a zip archive",
        "application/x-bzip2": "bzip2", "application/x-xz": "xz", "application/zstd": "zstd",
        "application/x-lzma": "lzma", "application/x-lz4": "lz4", "application/x-7z-compressed": "a 7z archive",
        "application/vnd.rar": "a rar archive", "application/x-rar-compressed": "a rar archive",
        "application/java-archive": "a jar", "application/vnd.android.package-archive": "an apk",
        "application/vnd.debian.binary-package": "a Debian package", "application/x-rpm": "an rpm",
        "application/epub+zip": "an e-book", "font/woff": "a web font", "font/woff2": "a web font",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "an office document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "an office document",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "an office document",
        "application/vnd.oasis.opendocument.text": "an office document",
        "application/vnd.oasis.opendocument.spreadsheet": "an office document",
        "application/vnd.oasis.opendocument.presentation": "an office document",
    ]

    private struct Magic {
        let name: String
        let bytes: [UInt8]
        var offset = 0

        init(_ name: String, _ bytes: [UInt8], at offset: Int = 0) {
            self.name = name
            self.bytes = bytes
            self.offset = offset
        }

        init(_ name: String, _ text: String, at offset: Int = 0) { self.init(name, Array(text.utf8), at: offset) }
    }

    private static let magics = [
        Magic("gzip", [0x1F, 0x8B]),
        Magic("bzip2", "BZh"),
        Magic("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
        Magic("zstd", [0x28, 0xB5, 0x2F, 0xFD]),
        Magic("lz4", [0x04, 0x22, 0x4D, 0x18]),
        Magic("a zip archive", [0x50, 0x4B, 0x03, 0x04]),
        Magic("a 7z archive", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
        Magic("a rar archive", "Rar!\u{1A}\u{07}"),
        Magic("squashfs", "hsqs"),
        Magic("a JPEG", [0xFF, 0xD8, 0xFF]),
        Magic("a PNG", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        Magic("a GIF", "GIF8"),
        Magic("a WebP", "WEBP", at: 8),
        Magic("a film", "ftyp", at: 4),
        Magic("a film", [0x1A, 0x45, 0xDF, 0xA3]),
        Magic("an AVI", "AVI ", at: 8),
        Magic("an Ogg stream", "OggS"),
        Magic("FLAC", "fLaC"),
        Magic("an MP3", "ID3"),
        Magic("a web font", "wOFF"),
        Magic("a web font", "wOF2"),
    ]
}
