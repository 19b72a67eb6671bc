import PannierCore
import PannierScreen

/// One file or folder in a pane: its mark, its name, and what the columns have room for.
struct RowView {
    private let item: Row
    private let pane: Pane
    private let model: Model
    /// What brings or takes just this file or folder now.
    private let transfer: TransferState?

    private let isMarked: Bool

    init(_ item: Row, in pane: Pane, model: Model, isMarked: Bool) {
        self.isMarked = isMarked
        self.item = item
        self.pane = pane
        self.model = model
        transfer = pane.isTrash ? nil : model.transfers.state(of: pane.path(of: item))
    }

    private var glyphs: Glyphs { model.glyphs }

    func draw(row: Int, ground: ColourRole, _ columns: PaneColumns, _ frame: inout Frame) {
        let mark = RowMark(item, transfer: transfer, model: model)
        frame.text(mark.sign, row: row, column: columns.mark, width: 1, style: Style(mark.ink, on: ground))
        if isMarked {
            frame.text(
                glyphs.marked, row: row, column: columns.mark - 1, width: 1, style: Style(.mark, on: ground))
        }
        name(row: row, ground: ground, columns, &frame)
        if let size = columns.size, let (text, ink) = amount {
            frame.text(
                text, row: row, column: size.lowerBound, width: size.count, style: Style(ink, on: ground),
                align: .right)
        }
        if let age = columns.age {
            frame.text(
                SafeText(Format.age(since: item.node.trashedAt ?? item.node.changedAt, now: model.now)), row: row,
                column: age.lowerBound,
                width: age.count, style: Style(.text, on: ground), align: .right)
        }
        if let who = columns.who {
            // Only where there is no column for sizes.
            let (text, ink) = (columns.size == nil ? transfer.map(progress) : nil) ?? self.who
            frame.text(
                text, row: row, column: who.lowerBound, width: who.count, style: Style(ink, on: ground),
                ellipsis: glyphs.ellipsis)
        }
    }

    private func name(row: Int, ground: ColourRole, _ columns: PaneColumns, _ frame: inout Frame) {
        let isFolder = item.node.kind == .folder
        let style = Style(isFolder ? .folder : .text, on: ground)
        let room = columns.name.count - (isFolder ? 1 : 0)
        var column = columns.name.lowerBound
        column += frame.text(
            SafeText(item.node.name), row: row, column: column, width: room, style: style, cut: .middle,
            ellipsis: glyphs.ellipsis)
        if isFolder { column += frame.text("/", row: row, column: column, width: 1, style: style) }
        if pane.isTrash { return origin(row: row, after: column, ground: ground, columns, &frame) }
        guard pane.path.isRoot, let owner = item.owner else { return }
        let rest = columns.name.upperBound - column - 2
        guard rest >= 6 else { return }
        frame.text(
            Self.person(owner), row: row, column: column + 2, width: rest, style: Style(.people, on: ground),
            ellipsis: glyphs.ellipsis)
    }

    /// Where something in the trash was.
    private func origin(
        row: Int, after column: Int, ground: ColourRole, _ columns: PaneColumns, _ frame: inout Frame
    ) {
        guard let folder = item.origin?.parent, columns.name.upperBound - column >= 10 else { return }
        frame.text(
            "from \(SafeText(folder))", row: row, column: column + 2, width: columns.name.upperBound - column - 2,
            style: Style(.quiet, on: ground), cut: .middle, ellipsis: glyphs.ellipsis)
    }

    /// How far a transfer has come stands where the size would.
    private var amount: (SafeText, ColourRole)? {
        if let transfer { return progress(transfer) }
        return item.node.content.map { (SafeText(Format.bytes($0.size)), .number) }
    }

    private func progress(_ transfer: TransferState) -> (SafeText, ColourRole) {
        switch transfer.state {
        case .running where transfer.isScanned:
            (SafeText(Format.percent(transfer.advance.done, of: transfer.advance.total)), .busy)
        case .running: ("counting", .busy)
        case .queued: ("queued", .quiet)
        case .paused: ("paused", .quiet)
        case .retrying: ("retries", .busy)
        case .done, .partlyFailed, .failed, .cancelled: ("", .text)
        }
    }

    private var who: (SafeText, ColourRole) {
        if pane.path.space == .shared { return (SafeText(item.role?.rawValue ?? ""), .quiet) }
        if item.node.isShared { return ("shared", .people) }
        let isMine = item.node.changedBy == model.status?.account?.email
        return isMine ? ("you", .quiet) : (Self.person(item.node.changedBy), .people)
    }

    /// The part of an address that people call somebody by.
    private static func person(_ email: String) -> SafeText {
        SafeText(String(email.prefix { $0 != "@" }))
    }
}
