package import PannierCore
package import PannierScreen

/// What lies over the panes, or instead of them, and takes the keys: a dialog, a panel. A value; it decides, the model
/// carries out.
package protocol Layer: Sendable {
    var context: Context { get }
    /// Carries out an action of its context. Nil: it is the model's.
    mutating func perform(_ action: Action, _ model: Model) -> [Intent]?
    /// A key that no binding takes. False: it means nothing here.
    mutating func type(_ key: Key, _ model: Model) -> [Intent]?
    /// The answer to ``Intent/ask(_:tag:)``.
    mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int, _ model: Model) -> [Intent]
    /// An event came, or time went by, or the size changed: what it wants to ask.
    mutating func settle(_ model: Model, after message: Message) -> [Intent]
    /// A click or a turn of the wheel, wherever it was.
    mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent]
}

extension Layer {
    package mutating func type(_ key: Key, _ model: Model) -> [Intent]? { nil }
    package mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int, _ model: Model) -> [Intent] { [] }
    package mutating func settle(_ model: Model, after message: Message) -> [Intent] { [] }
    package mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent] { [] }
}

/// What a layer wants.
package enum Intent: Sendable {
    case close
    case open(any Layer)
    /// A command for the agent; its answer comes to this layer, if it still lies there.
    case ask(EngineCommand, tag: Int)
    /// A change: its outcome is told in the message line, whether or not the layer still lies there. One whose deed has a
    /// tag is also answered to the layer, which then shows a failure itself.
    case change(EngineCommand, Deed)
    /// Something that the model does itself.
    case perform(Action)
    /// What the help chose: done, or said why not.
    case run(Binding)
    /// As soon as the agent has stopped.
    case leaveWhenStopped
    case tell(Notice)
    case go(RemotePath)
    /// The focused pane shows only what fits these letters.
    case filter(String)
    case find(String)
    case theme(String)
    case command(String)
}

/// What a command for the agent was for, to be told when it has been done.
package struct Deed: Sendable {
    /// `moved to /film`, to be said when nothing was refused.
    package var done: SafeText
    /// The same, where a transfer was begun for it; nil: in the same words.
    package var begun: SafeText?
    /// What is said where nothing had to be changed; nil: just that.
    package var unchanged: SafeText?
    /// Of how many things.
    package var count: Int
    /// Their paths, where the command names them: what was refused of them is told by path.
    var sources: [String] = []
    /// The cursor of the focused pane goes to this name when it is there.
    package var seek: NodeName?
    /// What the focused pane showed when it was begun.
    var listing: Listing?
    /// What was cut is gone from there when it has been done.
    var pasted: Model.Clipboard?
    /// What the layer that did it knows the answer by; nil: it waits for none.
    package var tag: Int?
    /// The number of that layer.
    var layer: Int?

    package init(
        _ done: SafeText, begun: SafeText? = nil, unchanged: SafeText? = nil, count: Int = 1, seek: NodeName? = nil,
        tag: Int? = nil
    ) {
        self.tag = tag
        self.done = done
        self.begun = begun
        self.unchanged = unchanged
        self.count = count
        self.seek = seek
    }
}

extension Deed {
    func of(layer number: Int) -> Deed {
        var deed = self
        deed.layer = number
        return deed
    }
}

extension Model {
    /// To the layer that did it, where it still lies there and waits for it, and to the message line.
    mutating func conclude(_ deed: Deed, _ result: Result<EngineReply, Problem>) -> [Effect] {
        guard let tag = deed.tag, let number = deed.layer, shelves.contains(where: { $0.number == number }) else {
            return end(deed, result)
        }
        var effects: [Effect] = []
        if case .success = result { effects = end(deed, result) }
        return effects + withLayer(number) { layer, model in layer.take(result, tag: tag, model) }
    }
}

extension Mouse {
    /// Where the left button was pressed.
    var click: Point? {
        switch deed {
        case .press(.left), .double(.left): place
        default: nil
        }
    }

    /// Lines that the wheel turns.
    var wheel: Int {
        switch deed {
        case .wheelUp: -3
        case .wheelDown: 3
        default: 0
        }
    }
}
