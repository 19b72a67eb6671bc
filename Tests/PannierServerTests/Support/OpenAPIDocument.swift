import Foundation
import PannierServer

/// The API's own document, as far as tests look at it.
struct OpenAPIDocument {
    private let root: [String: Any]

    init(_ bytes: [UInt8]) throws {
        root = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
    }

    static func ofThisServer() throws -> OpenAPIDocument { try OpenAPIDocument(Route.document) }

    struct Operation {
        let method: String
        let path: String
        let content: [String: Any]

        var name: String? { content["operationId"] as? String }
        var needsToken: Bool { !(content["security"] as? [Any] ?? []).isEmpty }
        var isLocal: Bool { content["x-pannier-access"] as? String == "local" }
        var needsKey: Bool {
            (content["parameters"] as? [[String: Any]] ?? []).contains {
                $0["$ref"] as? String == "#/components/parameters/IdempotencyKey"
            }
        }
        var pathParameters: Set<String> {
            Set(
                (content["parameters"] as? [[String: Any]] ?? []).filter { $0["in"] as? String == "path" }.compactMap {
                    $0["name"] as? String
                })
        }

        func matches(_ target: String) -> Bool {
            let names = path.split(separator: "/")
            let parts = target.prefix { $0 != "?" }.split(separator: "/")
            return names.count == parts.count
                && zip(names, parts).allSatisfy { $0.hasPrefix("{") ? $1 != "current" && $1 != "list" : $0 == $1 }
        }
    }

    var operations: [Operation] {
        (root["paths"] as? [String: [String: [String: Any]]] ?? [:]).flatMap { path, methods in
            methods.map { Operation(method: $0.key.uppercased(), path: path, content: $0.value) }
        }
    }

    func operation(_ method: String, _ target: String) -> Operation? {
        operations.filter { $0.method == method && $0.matches(target) }.min {
            $0.path.count { $0 == "{" } < $1.path.count { $0 == "{" }
        }
    }

    func requestSchema(_ operation: Operation) -> Any? {
        let body = operation.content["requestBody"] as? [String: Any]
        return ((body?["content"] as? [String: Any])?["application/json"] as? [String: Any])?["schema"]
    }

    func answerSchema(_ operation: Operation, status: Int) -> Any? {
        let responses = operation.content["responses"] as? [String: Any]
        guard let response = responses?["\(status)"] as? [String: Any] else { return nil }
        return ((response["content"] as? [String: Any])?["application/json"] as? [String: Any])?["schema"]
    }

    func schema(_ name: String) -> Any? { resolve("#/components/schemas/\(name)") }

    /// What a value breaks of a schema, in words; empty when it fits. Knows what this document uses.
    func failures(_ value: Any, _ schema: Any?, at path: String = "$") -> [String] {
        guard let schema = schema as? [String: Any] else { return ["\(path): no schema"] }
        if let reference = schema["$ref"] as? String { return failures(value, resolve(reference), at: path) }
        if let all = schema["allOf"] as? [Any] { return all.flatMap { failures(value, $0, at: path) } }
        if let one = schema["oneOf"] as? [Any] {
            let fitting = one.count { failures(value, $0, at: path).isEmpty }
            return fitting == 1 ? [] : ["\(path): \(fitting) alternatives fit"]
        }
        if let values = schema["enum"] as? [AnyHashable], let value = value as? AnyHashable, !values.contains(value) {
            return ["\(path): \(value) is not one of the values"]
        }
        switch schema["type"] as? String {
        case "object": return objectFailures(value, schema, path)
        case "array":
            guard let array = value as? [Any] else { return ["\(path): not an array"] }
            return array.enumerated().flatMap { failures($1, schema["items"], at: "\(path)[\($0)]") }
        case "string":
            guard let text = value as? String else { return ["\(path): not a string"] }
            if let pattern = schema["pattern"] as? String, text.range(of: pattern, options: .regularExpression) == nil {
                return ["\(path): “\(text)” does not fit \(pattern)"]
            }
            return []
        case "integer": return value is Int ? [] : ["\(path): not an integer"]
        case "boolean": return value is Bool ? [] : ["\(path): not a boolean"]
        default: return ["\(path): a type this test does not know"]
        }
    }

    private func objectFailures(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
        guard let object = value as? [String: Any] else { return ["\(path): not an object"] }
        let properties = schema["properties"] as? [String: Any] ?? [:]
        var found = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map {
            "\(path): \($0) is missing"
        }
        for (name, value) in object {
            if let property = properties[name] {
                found += failures(value, property, at: "\(path).\(name)")
            } else if let others = schema["additionalProperties"] as? [String: Any] {
                found += failures(value, others, at: "\(path).\(name)")
            } else if schema["additionalProperties"] as? Bool == false {
                found.append("\(path): \(name) is not in the document")
            }
        }
        return found
    }

    private func resolve(_ reference: String) -> Any? {
        reference.split(separator: "/").dropFirst().reduce(root as Any?) { ($0 as? [String: Any])?[String($1)] }
    }

    /// All references of the document.
    var references: [String] {
        func collect(_ value: Any) -> [String] {
            switch value {
            case let object as [String: Any]:
                object.flatMap { $0.key == "$ref" ? [$0.value as? String ?? ""] : collect($0.value) }
            case let array as [Any]: array.flatMap(collect)
            default: []
            }
        }
        return collect(root)
    }

    func resolves(_ reference: String) -> Bool { resolve(reference) != nil }
}
