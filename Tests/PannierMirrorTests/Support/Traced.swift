/// Statements with their values filled in.
final class Traced: @unchecked Sendable {
    // Filled and read on the one writing connection.
    private(set) var statements: [String] = []
    func add(_ event: String) { statements.append(event) }
}
