/// Guesses a file's MIME type from its name. Shown to people, and a hint for compression; nothing depends on it.
enum MIMEType {
    static let unknown = "application/octet-stream"

    static func guess(name: [UInt8]) -> String {
        guard let dot = name.lastIndex(of: 0x2E), dot > 0, name.count - dot <= 12 else { return unknown }
        let ending = String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased()
        return types[ending] ?? unknown
    }

    private static let types: [String: String] = [
        "txt": "text/plain", "log": "text/plain", "conf": "text/plain", "ini": "text/plain", "md": "text/markdown",
        "html": "text/html", "htm": "text/html", "css": "text/css", "csv": "text/csv", "xml": "application/xml",
        "json": "application/json", "yaml": "application/yaml", "yml": "application/yaml", "toml": "application/toml",
        "js": "text/javascript", "ts": "text/x-typescript", "swift": "text/x-swift", "c": "text/x-c", "h": "text/x-c",
        "cpp": "text/x-c++", "rs": "text/x-rust", "go": "text/x-go", "py": "text/x-python", "sh": "text/x-shellscript",
        "java": "text/x-java", "tex": "text/x-tex", "sql": "application/sql", "pdf": "application/pdf",
        "ps": "application/postscript", "rtf": "application/rtf", "doc": "application/msword",
        "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
        "odp": "application/vnd.oasis.opendocument.presentation", "epub": "application/epub+zip",
        "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
        "avif": "image/avif", "heic": "image/heic", "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff",
        "svg": "image/svg+xml", "ico": "image/x-icon", "psd": "image/vnd.adobe.photoshop",
        "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "flac": "audio/flac", "ogg": "audio/ogg",
        "opus": "audio/opus", "wav": "audio/wav", "mid": "audio/midi", "mp4": "video/mp4", "m4v": "video/mp4",
        "mkv": "video/x-matroska", "webm": "video/webm", "mov": "video/quicktime", "avi": "video/x-msvideo",
        "mpg": "video/mpeg", "mpeg": "video/mpeg", "zip": "application/zip", "gz": "application/gzip",
        "tgz": "application/gzip", "bz2": "application/x-bzip2", "xz": "application/x-xz", "zst": "application/zstd",
        "7z": "application/x-7z-compressed", "rar": "application/vnd.rar", "tar": "application/x-tar",
        "jar": "application/java-archive", "apk": "application/vnd.android.package-archive",
        "deb": "application/vnd.debian.binary-package", "rpm": "application/x-rpm",
        "iso": "application/x-iso9660-image", "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf",
        "otf": "font/otf", "sqlite": "application/vnd.sqlite3", "db": "application/vnd.sqlite3",
        "wasm": "application/wasm", "eml": "message/rfc822",
    ]
}
