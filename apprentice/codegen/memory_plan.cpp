// SPDX-License-Identifier: Apache-2.0
// The memory planner: offset assignment for intervals with fixed lifetimes (dynamic storage allocation, NP-hard), by
// first fit in several orders; all orders when there are few tensors, seeded random ones when there are many.
#include <algorithm>
#include <numeric>
#include <set>

#include "apprentice/base/random.h"
#include "apprentice/codegen/stream.h"
#include "apprentice/layers/layer.h"

namespace apprentice::codegen {
namespace {

constexpr int64_t kAlignment = 4;
constexpr size_t kExhaustiveItems = 7;
constexpr int kRandomOrders = 300;

// Something that needs bytes from step `first` to step `last`, both included. Step i is layer i, -1 the front end.
struct Item {
  int64_t first = 0, last = 0, bytes = 0;
  bool meets(const Item& other) const { return first <= other.last && other.first <= last; }
};

struct Items {
  std::vector<Item> items;
  std::vector<size_t> of_tensor;   // item of each tensor; in-place chains share one
  std::vector<size_t> of_scratch;  // item of each layer's scratch; items.size() where there is none
  size_t of_frontend = 0;          // items.size() where there is none
  size_t of_raw = 0;               // items.size() where there is none
};

// What is planned for.
struct Needs {
  std::vector<int64_t> tensor_bytes, scratch_bytes;  // of each tensor, of each layer
  std::set<size_t> kept;                             // tensors that outlive a run
  int64_t raw_bytes = 0;                             // of raw samples that outlive it, too
};

// The input that layer `index` may overwrite, or -1.
int overwritten_input(const quant::QuantNet& net, const Needs& needs, size_t index,
                      const std::vector<int64_t>& last_use) {
  const layers::QuantLayer& layer = net.layers[index];
  if (layers::layer_kind(layer.kind).c.overlap != layers::COverlap::kInPlace) return -1;
  for (const int input : layer.inputs) {
    const auto i = static_cast<size_t>(input);
    const bool same_size = needs.tensor_bytes[i] == needs.tensor_bytes[static_cast<size_t>(layer.output)];
    if (same_size && last_use[i] == static_cast<int64_t>(index)) return input;
  }
  return -1;
}

// When a tensor's bytes must be there: from the step that writes it, or always.
Item item_of(const Needs& needs, size_t tensor, int64_t first, int64_t last) {
  return {needs.kept.count(tensor) > 0 ? -1 : first, last, needs.tensor_bytes[tensor]};
}

Items collect_items(const quant::QuantNet& net, const Needs& needs) {
  const auto steps = static_cast<int64_t>(net.layers.size());
  std::vector<int64_t> last_use(net.tensors.size(), -1);
  for (size_t i = 0; i < net.layers.size(); ++i) {
    for (const int input : net.layers[i].inputs) last_use[static_cast<size_t>(input)] = static_cast<int64_t>(i);
  }
  for (const size_t tensor : needs.kept) last_use[tensor] = steps;
  Items result;
  result.of_tensor.assign(net.tensors.size(), 0);
  result.items.push_back(item_of(needs, 0, -1, std::max<int64_t>(last_use[0], 0)));
  for (size_t i = 0; i < net.layers.size(); ++i) {
    const layers::QuantLayer& layer = net.layers[i];
    const auto output = static_cast<size_t>(layer.output), step = static_cast<size_t>(i);
    const auto from = static_cast<int64_t>(step);
    // The net's output is read after the last step.
    const int64_t until = i + 1 == net.layers.size() ? steps : std::max(last_use[output], from);
    const int input = overwritten_input(net, needs, i, last_use);
    if (input >= 0) {
      result.of_tensor[output] = result.of_tensor[static_cast<size_t>(input)];
      result.items[result.of_tensor[output]].last = until;
    } else {
      result.of_tensor[output] = result.items.size();
      result.items.push_back(item_of(needs, output, from, until));
    }
  }
  return result;
}

int64_t scratch_of(const layers::QuantLayer& layer, const layers::QuantTensor& input,
                   const layers::QuantTensor& output) {
  const layers::CForm& form = layers::layer_kind(layer.kind).c;
  return form.scratch_bytes == nullptr ? 0 : form.scratch_bytes(layer, input, output);
}

void add_scratch(const Needs& needs, MemoryPlan& plan, Items& items) {
  plan.scratch_bytes = needs.scratch_bytes;
  items.of_scratch.assign(needs.scratch_bytes.size(), 0);
  for (size_t i = 0; i < needs.scratch_bytes.size(); ++i) {
    if (needs.scratch_bytes[i] == 0) continue;
    items.of_scratch[i] = items.items.size();
    items.items.push_back({static_cast<int64_t>(i), static_cast<int64_t>(i), needs.scratch_bytes[i]});
  }
}

void add_frontend(const quant::QuantNet& net, MemoryPlan& plan, Items& items) {
  items.of_frontend = items.items.size();
  if (net.frontend == nullptr) return;
  const int64_t features = net.tensors[0].channels * static_cast<int64_t>(sizeof(int16_t));
  plan.frontend_bytes = (features + kAlignment - 1) / kAlignment * kAlignment + net.frontend->scratch_bytes();
  items.items.push_back({-1, -1, plan.frontend_bytes});
}

void add_raw(int64_t steps, int64_t bytes, Items& items) {
  items.of_raw = items.items.size();
  if (bytes > 0) items.items.push_back({-1, steps, bytes});
}

int64_t lower_bound_of(const std::vector<Item>& items, int64_t steps) {
  int64_t bound = 0;
  for (int64_t step = -1; step <= steps; ++step) {
    int64_t alive = 0;
    for (const Item& item : items) {
      if (item.first <= step && step <= item.last) alive += item.bytes;
    }
    bound = std::max(bound, alive);
  }
  return bound;
}

struct Placement {
  std::vector<int64_t> offsets;
  int64_t bytes = 0;
};

// Each item in turn goes to the lowest gap that no item alive at the same time occupies.
Placement place(const std::vector<Item>& items, const std::vector<size_t>& order) {
  Placement result{std::vector<int64_t>(items.size(), 0), 0};
  std::vector<size_t> placed;  // sorted by offset
  for (const size_t i : order) {
    int64_t offset = 0;
    for (const size_t other : placed) {
      if (!items[i].meets(items[other])) continue;
      if (result.offsets[other] >= offset + items[i].bytes) break;
      const int64_t end = result.offsets[other] + items[other].bytes;
      offset = std::max(offset, (end + kAlignment - 1) / kAlignment * kAlignment);
    }
    result.offsets[i] = offset;
    result.bytes = std::max(result.bytes, offset + items[i].bytes);
    const auto before = [&](int64_t value, size_t other) { return value < result.offsets[other]; };
    placed.insert(std::upper_bound(placed.begin(), placed.end(), offset, before), i);
  }
  return result;
}

// Keeps the better of the best placement so far and the one by `order`.
void consider(const std::vector<Item>& items, const std::vector<size_t>& order, Placement& best) {
  Placement candidate = place(items, order);
  if (best.offsets.empty() || candidate.bytes < best.bytes) best = std::move(candidate);
}

template <typename Key>
std::vector<size_t> largest_first(const std::vector<Item>& items, Key key) {
  std::vector<size_t> order(items.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return key(items[a]) > key(items[b]); });
  return order;
}

Placement best_placement(const std::vector<Item>& items, int64_t good_enough) {
  Placement best;
  consider(items, largest_first(items, [](const Item& i) { return i.bytes; }), best);
  consider(items, largest_first(items, [](const Item& i) { return i.bytes * (i.last - i.first + 1); }), best);
  consider(items, largest_first(items, [](const Item& i) { return i.last - i.first; }), best);
  consider(items, largest_first(items, [](const Item& i) { return -i.first; }), best);
  if (items.size() <= kExhaustiveItems) {
    std::vector<size_t> order(items.size());
    std::iota(order.begin(), order.end(), size_t{0});
    do {
      consider(items, order, best);
    } while (best.bytes > good_enough && std::next_permutation(order.begin(), order.end()));
    return best;
  }
  Rng rng(1, "memory plan");
  for (int i = 0; i < kRandomOrders && best.bytes > good_enough; ++i) {
    const std::vector<int64_t> drawn = rng.permutation(static_cast<int64_t>(items.size()));
    consider(items, {drawn.begin(), drawn.end()}, best);
  }
  return best;
}

MemoryPlan plan_with(const quant::QuantNet& net, const Needs& needs) {
  promise(!net.tensors.empty() && !net.layers.empty(), "a net with layers is planned");
  const auto steps = static_cast<int64_t>(net.layers.size());
  MemoryPlan plan;
  Items items = collect_items(net, needs);
  add_scratch(needs, plan, items);
  add_frontend(net, plan, items);
  add_raw(steps, needs.raw_bytes, items);
  plan.lower_bound_bytes = lower_bound_of(items.items, steps);
  const Placement best = best_placement(items.items, plan.lower_bound_bytes);
  for (const size_t item : items.of_tensor) plan.offsets.push_back(best.offsets[item]);
  for (size_t i = 0; i < net.layers.size(); ++i) {
    plan.scratch_offsets.push_back(plan.scratch_bytes[i] > 0 ? best.offsets[items.of_scratch[i]] : -1);
  }
  if (plan.frontend_bytes > 0) plan.frontend_offset = best.offsets[items.of_frontend];
  if (needs.raw_bytes > 0) plan.raw_offset = best.offsets[items.of_raw];
  plan.arena_bytes = (best.bytes + kAlignment - 1) / kAlignment * kAlignment;
  return plan;
}

}  // namespace

MemoryPlan plan_memory(const quant::QuantNet& net) { return plan_memory(net, whole_windows(net)); }

MemoryPlan plan_memory(const quant::QuantNet& net, const StreamPlan& stream) {
  Needs needs;
  for (size_t i = 0; i < net.tensors.size(); ++i) {
    needs.tensor_bytes.push_back(stream.tensors[i].columns * net.tensors[i].height * net.tensors[i].channels);
    if (stream.tensors[i].kept() > 0) needs.kept.insert(i);
  }
  for (size_t i = 0; i < net.layers.size(); ++i) {
    const layers::QuantLayer& layer = net.layers[i];
    needs.scratch_bytes.push_back(scratch_of(layer, read_by(net, stream, i, 0), written_by(net, stream, i)));
  }
  needs.raw_bytes = stream.raw_steps * stream.channels * static_cast<int64_t>(sizeof(int16_t));
  return plan_with(net, needs);
}

}  // namespace apprentice::codegen
