// SPDX-License-Identifier: Apache-2.0
// A teacher program as a user might write it: answers every sample with its negated values, or misbehaves as told.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

// One frame; false at the end of the input.
bool read_frame(std::vector<int64_t>& shape, std::vector<float>& values) {
  int64_t axes = 0;
  if (std::fread(&axes, sizeof axes, 1, stdin) != 1) return false;
  shape.resize(static_cast<size_t>(axes));
  if (std::fread(shape.data(), sizeof(int64_t), shape.size(), stdin) != shape.size()) return false;
  size_t count = 1;
  for (const int64_t size : shape) count *= static_cast<size_t>(size);
  values.resize(count);
  return std::fread(values.data(), sizeof(float), count, stdin) == count;
}

void write_frame(const std::vector<int64_t>& shape, const std::vector<float>& values) {
  const auto axes = static_cast<int64_t>(shape.size());
  std::fwrite(&axes, sizeof axes, 1, stdout);
  std::fwrite(shape.data(), sizeof(int64_t), shape.size(), stdout);
  std::fwrite(values.data(), sizeof(float), values.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

int main(int, char** arguments) {
  const std::string mode = arguments[1];
  if (mode == "hang") ::sleep(100);
  if (mode == "chatty") std::puts("Loading weights ...");
  std::vector<int64_t> shape;
  std::vector<float> values;
  while (read_frame(shape, values)) {
    if (mode == "die") {
      std::fputs("out of memory in layer 3\n", stderr);
      return 7;
    }
    for (float& value : values) value = -value;
    if (mode == "huge") shape[1] = int64_t{1} << 62;
    if (mode == "fewer") shape[0] = 2, values.resize(6);
    if (mode == "narrow") shape[1] = 2, values.resize(2);
    if (mode == "short") {
      const int64_t head[] = {2, 1};
      std::fwrite(head, sizeof head, 1, stdout);
      std::fwrite(values.data(), sizeof(float), 1, stdout);
      return 0;
    }
    write_frame(shape, values);
  }
  return 0;
}
