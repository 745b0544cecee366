// SPDX-License-Identifier: Apache-2.0
// The stream of a package: its part of the header and of the source.
#include "apprentice/codegen/source_text.h"

namespace apprentice::codegen {
namespace {

constexpr const char* kDeclarations = R"(
/* As a stream: raw samples in any portions, as they come, and an answer every {{PREFIX}}_HOP steps. A step is one value
 * of each channel. An answer has the bits of the one to the last {{PREFIX}}_WINDOW steps as a sample of their own.
 *
 *   static {{prefix}}_stream stream;
 *   {{prefix}}_stream_init(&stream);
 *   while (count > 0) {                              a portion: `count` steps at `samples`, channel-last
 *     int32_t consumed;
 *     const int8_t* outputs = {{prefix}}_push(&stream, samples, count, &consumed);
 *     if (outputs) use({{use}});
 *     samples += consumed * {{PREFIX}}_CHANNELS;
 *     count -= consumed;
 *   }
 */
#define {{PREFIX}}_HOP {{hop}}
#define {{PREFIX}}_WINDOW {{window}}
#define {{PREFIX}}_CHANNELS {{channels}}
/* All that a stream holds; {{PREFIX}}_context is not needed beside it. */
#define {{PREFIX}}_STREAM_BYTES {{context_bytes}}

typedef struct {{prefix}}_stream {
  union {
    int32_t aligned;
    int8_t bytes[{{arena_bytes}}];
  } arena;
{{counters}}} {{prefix}}_stream;

typedef char {{prefix}}_stream_is_no_larger[sizeof({{prefix}}_stream) == {{PREFIX}}_STREAM_BYTES ? 1 : -1];

/* Before the first samples, and wherever time has a gap: the next answer waits for a whole window. */
void {{prefix}}_stream_init({{prefix}}_stream* stream);
/* Takes up to `count` steps, no more than the next answer needs, and says in `consumed` how many. Gives the
 * {{PREFIX}}_OUTPUT_SIZE outputs of a new answer, which lie in the stream until the next push, or null. */
const int8_t* {{prefix}}_push({{prefix}}_stream* stream, const float* samples, int32_t count, int32_t* consumed);
{{winner}})";

constexpr const char* kWinner = R"(/* The class with the largest output (the first of equals). */
int {{prefix}}_winner(const int8_t* outputs);
)";

constexpr const char* kFunctions = R"({{features}}{{windows}}
void {{prefix}}_stream_init({{prefix}}_stream* stream) {
  memset(stream, 0, sizeof *stream);
{{start}}}

/* Runs the net when its columns are there, and keeps those that the next answer shares. */
static const int8_t* {{prefix}}_answer({{prefix}}_stream* stream) {
  int8_t* const arena = stream->arena.bytes;
{{calls}}{{keep}}  stream->filled = {{kept}};
{{wait}}  return arena + {{output_offset}};
}
{{push}}{{winner}})";

constexpr const char* kStart = R"(  stream->filled = {{filled}};
  stream->wait = {{runs}};
)";

constexpr const char* kWait = R"(  if (stream->wait > 0) {
    --stream->wait;
    return 0;
  }
)";

constexpr const char* kRawPush = R"(
const int8_t* {{prefix}}_push({{prefix}}_stream* stream, const float* samples, int32_t count, int32_t* consumed) {
  int8_t* const input = stream->arena.bytes + {{input_offset}};
  const int8_t* outputs = 0;
  int32_t taken, c;
  for (taken = 0; taken < count && outputs == 0; ++taken) {
    for (c = 0; c < {{channels}}; ++c) {
      input[stream->filled * {{channels}} + c] =
          apprentice_quantize(*samples++, {{prefix}}_mean[c], {{prefix}}_factor[c], {{input_zero_point}});
    }
    if (++stream->filled == {{columns}}) outputs = {{prefix}}_answer(stream);
  }
  *consumed = taken;
  return outputs;
}
)";

constexpr const char* kFramePush = R"(
/* Raw samples to the next columns of the input; those that later frames share are kept. */
static const int8_t* {{prefix}}_stream_frames({{prefix}}_stream* stream) {
  int8_t* const arena = stream->arena.bytes;
  int8_t* input = arena + {{input_offset}} + stream->filled * {{feature_channels}};
  int16_t* const raw = (int16_t*)(void*)(arena + {{raw_offset}});
  int16_t* const features = (int16_t*)(void*)(arena + {{features_offset}});
  int32_t frame, c;
  for (frame = 0; frame < {{frames}}; ++frame, ++stream->filled) {
    {{prefix}}_stream_features(raw, frame, features, (int32_t*)(void*)(arena + {{scratch_offset}}));
    for (c = 0; c < {{feature_channels}}; ++c) *input++ = apprentice_feature(features[c], {{prefix}}_feature_steps[c]);
  }
{{keep_raw}}  stream->raw = {{raw_kept}};
  return stream->filled == {{columns}} ? {{prefix}}_answer(stream) : 0;
}

const int8_t* {{prefix}}_push({{prefix}}_stream* stream, const float* samples, int32_t count, int32_t* consumed) {
  int16_t* const raw = (int16_t*)(void*)(stream->arena.bytes + {{raw_offset}});
  const int8_t* outputs = 0;
  int32_t taken, c;
  for (taken = 0; taken < count && outputs == 0; ++taken, samples += {{channels}}) {
    {{reads}}for (c = 0; c < {{channels}}; ++c) {
      raw[stream->raw * {{channels}} + c] =
          apprentice_quantize_sample(samples[c], {{prefix}}_frontend_mean[c], {{prefix}}_frontend_scale[c]);
    }
    if (++stream->raw == {{raw_steps}}) outputs = {{prefix}}_stream_frames(stream);
  }
  *consumed = taken;
  return outputs;
}
)";

constexpr const char* kWinnerFunction = R"(
int {{prefix}}_winner(const int8_t* outputs) {
  int i, best = 0;
  for (i = 1; i < {{PREFIX}}_OUTPUT_SIZE; ++i) {
    if (outputs[i] > outputs[best]) best = i;
  }
  return best;
}
)";

std::string number(int64_t value) { return fmt::format("{}", value); }

// Where steps lie between the frames, none of them is stored.
std::string reads_of(const StreamPlan& plan) {
  return plan.raw_advance > plan.raw_steps ? "if (stream->raw >= 0)\n      " : "";
}

// Of `count` values at `place` the first `leaves` go; nothing is moved where all of them do.
std::string keep_text(const std::string& place, int64_t leaves, int64_t count, int64_t value_bytes) {
  if (leaves >= count) return "";
  return fmt::format("  memmove({0}, {0} + {1}, {2});\n", place, leaves, (count - leaves) * value_bytes);
}

std::string declarations(const SourceInput& input) {
  const StreamPlan& plan = *input.stream;
  const bool classes = input.net.spec.task == TaskKind::kClassification;
  const std::string& prefix = input.options.prefix;
  std::string counters = "  int32_t filled; /* columns of what the first layers read */\n";
  if (plan.has_frontend()) counters += "  int32_t raw;    /* steps that the next frame has */\n";
  if (plan.first_runs > 0) counters += "  int32_t wait;   /* runs before the first answer */\n";
  return fill(kDeclarations, {{"prefix", prefix},
                              {"PREFIX", upper_case(prefix)},
                              {"use", prefix + (classes ? "_winner(outputs)" : "_value(outputs, 0)")},
                              {"hop", number(plan.hop)},
                              {"window", number(plan.window)},
                              {"channels", number(plan.channels)},
                              {"context_bytes", number(plan.context_bytes())},
                              {"arena_bytes", number(plan.memory.arena_bytes)},
                              {"counters", counters},
                              {"winner", classes ? fill(kWinner, {{"prefix", prefix}}) : ""}});
}

std::string raw_push(const SourceInput& input) {
  const StreamPlan& plan = *input.stream;
  return fill(kRawPush, {{"prefix", input.options.prefix},
                         {"input_offset", number(plan.memory.offsets[0])},
                         {"channels", number(plan.channels)},
                         {"columns", number(plan.tensors[0].columns)},
                         {"input_zero_point", number(input.net.input.zero_point)}});
}

std::string frame_push(const SourceInput& input, int64_t scratch_bytes) {
  const StreamPlan& plan = *input.stream;
  const MemoryPlan& memory = plan.memory;
  return fill(kFramePush,
              {{"prefix", input.options.prefix},
               {"input_offset", number(memory.offsets[0])},
               {"raw_offset", number(memory.raw_offset)},
               {"features_offset", number(memory.frontend_offset)},
               {"scratch_offset", number(memory.frontend_offset + memory.frontend_bytes - scratch_bytes)},
               {"feature_channels", number(input.net.tensors[0].channels)},
               {"channels", number(plan.channels)},
               {"frames", number(plan.frames)},
               {"keep_raw", keep_text("raw", plan.raw_advance * plan.channels, plan.raw_steps * plan.channels, 2)},
               {"raw_kept", number(plan.raw_steps - plan.raw_advance)},
               {"raw_steps", number(plan.raw_steps)},
               {"reads", reads_of(plan)},
               {"columns", number(plan.tensors[0].columns)}});
}

// What the tensors keep from answer to answer.
std::string keep_tensors(const SourceInput& input) {
  const StreamPlan& plan = *input.stream;
  std::string text;
  for (size_t i = 0; i < plan.tensors.size(); ++i) {
    const int64_t channels = input.net.tensors[i].channels;
    text += keep_text(fmt::format("arena + {}", plan.memory.offsets[i]), plan.tensors[i].fresh * channels,
                      plan.tensors[i].columns * channels, 1);
  }
  return text;
}

// Functions after those of the batch form, whose constants they share.
std::string functions(const SourceInput& input, const LayerTexts& layers, const std::string& features,
                      const std::string& push) {
  const StreamPlan& plan = *input.stream;
  const bool classes = input.net.spec.task == TaskKind::kClassification, waits = plan.first_runs > 0;
  const std::string& prefix = input.options.prefix;
  const auto output = static_cast<size_t>(input.net.layers.back().output);
  return fill(
      kFunctions,
      {{"prefix", prefix},
       {"features", features},
       {"windows", layers.windows.empty() ? "" : "\n" + layers.windows},
       {"start", waits ? fill(kStart, {{"filled", number(plan.first_filled)}, {"runs", number(plan.first_runs)}}) : ""},
       {"calls", layers.calls},
       {"keep", keep_tensors(input)},
       {"kept", number(plan.tensors[0].kept())},
       {"wait", waits ? kWait : ""},
       {"output_offset", number(plan.memory.offsets[output])},
       {"push", push},
       {"winner", classes ? fill(kWinnerFunction, {{"prefix", prefix}, {"PREFIX", upper_case(prefix)}}) : ""}});
}

}  // namespace

Result<StreamText> stream_text(const SourceInput& input) {
  const std::string& prefix = input.options.prefix;
  APPRENTICE_TRY(const LayerTexts layers, layer_texts(input.net, *input.stream, input.stream->memory, prefix));
  StreamText text;
  text.declarations = declarations(input);
  if (!input.stream->has_frontend()) {
    text.functions = functions(input, layers, "", raw_push(input));
    return text;
  }
  const frontend::FrontendText frames = input.net.frontend->c_text(prefix, frontend::FrameSource::kQuantized);
  text.headers = {"apprentice_stream.h"};
  text.functions =
      functions(input, layers, "\n" + frames.function, frame_push(input, input.net.frontend->scratch_bytes()));
  return text;
}

}  // namespace apprentice::codegen
