#include "nodes.hpp"

#include <cstring>

namespace dwopt::sql {
namespace {

using Message = ProtobufCMessage;
using Field = ProtobufCFieldDescriptor;

template <class T>
T at(const Message* message, unsigned offset) {
    T value;
    std::memcpy(&value, reinterpret_cast<const char*>(message) + offset, sizeof value);
    return value;
}

std::span<const Field> fields(const Message* message) { return {message->descriptor->fields, message->descriptor->n_fields}; }

// Whether the field is the one its oneof holds; a field outside of any is always there.
bool is_set(const Message* message, const Field& field) {
    return !(field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) || at<std::uint32_t>(message, field.quantifier_offset) == field.id;
}

std::size_t count(const Message* message, const Field& field) { return at<std::size_t>(message, field.quantifier_offset); }

const Message* element(const Message* message, const Field& field, std::size_t i) {
    return at<const Message* const*>(message, field.offset)[i];
}

template <class Use>
void for_messages(const Message* message, Use use) {
    for (const auto& field : fields(message)) {
        if (field.type != PROTOBUF_C_TYPE_MESSAGE) continue;
        if (field.label == PROTOBUF_C_LABEL_REPEATED) {
            for (std::size_t i = 0; i < count(message, field); ++i) use(element(message, field, i));
        } else if (is_set(message, field)) {
            if (const auto* inner = at<const Message*>(message, field.offset)) use(inner);
        }
    }
}

bool same(const Message* a, const Message* b);

bool same_scalar(const Message* a, const Message* b, const Field& field) {
    switch (field.type) {
        case PROTOBUF_C_TYPE_STRING: {
            return text_of(at<const char*>(a, field.offset)) == text_of(at<const char*>(b, field.offset));
        }
        case PROTOBUF_C_TYPE_INT64:
        case PROTOBUF_C_TYPE_UINT64: return at<std::int64_t>(a, field.offset) == at<std::int64_t>(b, field.offset);
        case PROTOBUF_C_TYPE_DOUBLE: return at<std::uint64_t>(a, field.offset) == at<std::uint64_t>(b, field.offset);
        default: return at<std::int32_t>(a, field.offset) == at<std::int32_t>(b, field.offset);  // int32, bool, enum
    }
}

bool same_field(const Message* a, const Message* b, const Field& field) {
    if (field.label == PROTOBUF_C_LABEL_REPEATED) {
        const std::size_t n = count(a, field);
        if (n != count(b, field)) return false;
        for (std::size_t i = 0; i < n; ++i)
            if (!same(element(a, field, i), element(b, field, i))) return false;
        return true;
    }
    if (is_set(a, field) != is_set(b, field)) return false;
    if (!is_set(a, field)) return true;
    if (field.type == PROTOBUF_C_TYPE_MESSAGE)
        return same(at<const Message*>(a, field.offset), at<const Message*>(b, field.offset));
    return same_scalar(a, b, field);
}

bool same(const Message* a, const Message* b) {
    if (!a || !b) return a == b;
    if (a->descriptor != b->descriptor) return false;
    const bool param = a->descriptor == &pg_query__param_ref__descriptor;
    for (const auto& field : fields(a)) {
        const std::string_view name = field.name;
        if (name == "location" || (param && name == "number")) continue;
        if (!same_field(a, b, field)) return false;
    }
    return true;
}

}  // namespace

Nodes items_of(const Node* node) {
    const auto* found = as<List>(node);
    return found ? nodes(found->n_items, found->items) : Nodes{};
}

void walk_messages(const ProtobufCMessage* message, const std::function<bool(const ProtobufCMessage*)>& visit) {
    for_messages(message, [&](const Message* inner) {
        if (visit(inner)) walk_messages(inner, visit);
    });
}

void walk(const ProtobufCMessage* message, const Visitor& visit) {
    walk_messages(message, [&](const Message* inner) {
        return inner->descriptor != &pg_query__node__descriptor || visit(reinterpret_cast<const Node*>(inner));
    });
}

void walk(const Node* node, const Visitor& visit) {
    if (node && visit(node)) walk(&node->base, visit);
}

bool same_but_params(const Node* a, const Node* b) {
    return same(a ? &a->base : nullptr, b ? &b->base : nullptr);
}

std::string_view text_of(const Node* node) {
    const auto* text = as<StringNode>(node);
    return text ? text_of(text->sval) : std::string_view{};
}

std::string_view last_text(Nodes names) { return names.empty() ? std::string_view{} : text_of(names.back()); }

}  // namespace dwopt::sql
