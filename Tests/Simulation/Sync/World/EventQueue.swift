import PannierCore

/// What is to happen, in the order of time; at one time in the order in which it was added.
struct EventQueue<Event> {
    private struct Entry {
        var time: Nanoseconds
        var number: Int
        var event: Event

        func isBefore(_ other: Entry) -> Bool { (time, number) < (other.time, other.number) }
    }

    private var heap: [Entry] = []
    private var count = 0

    var nextTime: Nanoseconds? { heap.first?.time }

    mutating func add(_ event: Event, at time: Nanoseconds) {
        count += 1
        heap.append(Entry(time: time, number: count, event: event))
        var index = heap.count - 1
        while index > 0, case let parent = (index - 1) / 2, heap[index].isBefore(heap[parent]) {
            heap.swapAt(index, parent)
            index = parent
        }
    }

    mutating func next() -> (time: Nanoseconds, event: Event)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.time, first.event)
    }

    private mutating func sink() {
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            if least == index { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
