import PannierCore
import PannierScreen

/// The bar of function keys, for those who are used to one, and for the mouse.
struct FunctionKeysView {
    struct Item {
        let number: Int
        let binding: Binding
        let columns: Range<Int>
    }

    let row: Int
    private(set) var items: [Item] = []

    init(_ model: Model) {
        guard let rect = model.layout.functionKeys else {
            row = -1
            return
        }
        row = rect.row
        let width = max(6, rect.columns / 10)
        for number in 1...10 {
            let keys = [Key.function(number)]
            guard let binding = model.bindings.first(where: { $0.keys.contains(keys) }) else { continue }
            let start = rect.column + (number - 1) * width
            guard start + width <= rect.endColumn else { break }
            items.append(Item(number: number, binding: binding, columns: start..<start + width))
        }
    }

    func binding(at place: Point) -> Binding? {
        guard place.row == row else { return nil }
        return items.first { $0.columns.contains(place.column) }?.binding
    }

    static func draw(_ model: Model, _ frame: inout Frame) {
        let bar = FunctionKeysView(model)
        for item in bar.items {
            let used = frame.text(
                "\(item.number)", row: bar.row, column: item.columns.lowerBound, width: 2, style: Style(.key))
            frame.text(
                item.binding.brief, row: bar.row, column: item.columns.lowerBound + used,
                width: item.columns.count - used - 1, style: Style(.text, on: .bar), ellipsis: "")
        }
    }
}
