import ArgumentParser
import PannierCore

/// `--sort`, for commands that list rows.
enum RowSorting: String, CaseIterable, ExpressibleByArgument {
    case name, size, time, type, who

    var key: RowOrder.Key {
        switch self {
        case .name: .name
        case .size: .size
        case .time: .time
        case .type: .type
        case .who: .who
        }
    }
}

struct SortOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The order: name, size (the largest first), time (the latest first), type or who.", valueName: "key"))
    var sort: RowSorting?
    @Flag(name: .shortAndLong, help: "Turn the order around; folders stay first.")
    var reverse = false

    /// - Parameter standard: the order where none is named.
    func order(_ standard: RowOrder.Key = .name) -> RowOrder { RowOrder(sort?.key ?? standard, isReversed: reverse) }
}
