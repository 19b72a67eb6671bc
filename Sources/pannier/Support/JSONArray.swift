/// Prints one JSON array, value by value as they come. It must be ended whatever happens.
struct JSONArray {
    private let write: (String) throws -> Void
    private(set) var isEmpty = true

    init(write: @escaping (String) throws -> Void = Output.write) { self.write = write }

    mutating func add(_ value: some Encodable) throws {
        try write((isEmpty ? "[\n" : ",\n") + JSON.text(value))
        isEmpty = false
    }

    func end() throws { try write(isEmpty ? "[]\n" : "\n]\n") }
}
