// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/memory_budget.h"

#include <c10/core/CPUAllocator.h>

#include <atomic>
#include <cstring>
#include <new>

namespace apprentice::onnx::run {

struct MemoryAccount {
  int64_t most = 0;
  std::atomic<int64_t> taken{0};  // tensors may be freed on any thread
};

namespace {

constexpr int64_t kPerTensor = 512;
constexpr size_t kHeader = 64;  // keeps libtorch's alignment

thread_local std::shared_ptr<MemoryAccount> account;  // null: no budget

// Lies before the bytes that the tensor sees: libtorch demands that a block is known by their address alone.
struct Header {
  void (*free)(void*);
  std::shared_ptr<MemoryAccount> account;
  int64_t bytes;
};
static_assert(sizeof(Header) <= kHeader);

void give_back(void* data) {
  if (data == nullptr) return;
  void* const block = static_cast<char*>(data) - kHeader;
  auto* const header = static_cast<Header*>(block);
  if (header->account != nullptr) header->account->taken -= header->bytes;
  void (*const free)(void*) = header->free;
  header->~Header();
  free(block);
}

// Throws as libtorch does when the budget is used up.
void charge(int64_t bytes) {
  if (account == nullptr) return;
  const int64_t before = account->taken.fetch_add(bytes);
  if (bytes <= account->most - before) return;
  account->taken -= bytes;
  TORCH_CHECK(false, "it needs more memory than such a model may take, ", account->most >> 20, " MiB");
}

// libtorch's own allocator, asked only after the budget allowed it.
class CountingAllocator final : public at::Allocator {
 public:
  explicit CountingAllocator(at::Allocator* inner) : inner_(inner) {}
  // None says `override`: since libtorch 2.3 allocate is no longer const, and there is copy_data.
  at::DataPtr allocate(size_t bytes) const { return take(bytes); }
  at::DataPtr allocate(size_t bytes) { return take(bytes); }
  void copy_data(void* to, const void* from, std::size_t bytes) const { std::memcpy(to, from, bytes); }
  at::DeleterFnPtr raw_deleter() const { return &give_back; }

 private:
  at::DataPtr take(size_t count) const {
    if (count == 0) return {nullptr, nullptr, &give_back, at::kCPU};
    const int64_t bytes = static_cast<int64_t>(count) + kPerTensor;
    charge(bytes);
    void* const block = inner_->raw_allocate(count + kHeader);
    new (block) Header{inner_->raw_deleter(), account, bytes};
    void* const data = static_cast<char*>(block) + kHeader;
    return {data, data, &give_back, at::kCPU};
  }

  at::Allocator* inner_;
};

// Once for the process; without a budget it only passes on.
void install() {
  static const bool done = [] {
    c10::SetCPUAllocator(new CountingAllocator(c10::GetCPUAllocator()), 1);  // libtorch keeps it for good
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace

MemoryBudget::MemoryBudget(int64_t bytes) : before_(account) {
  install();
  account = std::make_shared<MemoryAccount>();
  account->most = bytes;
}

MemoryShare::MemoryShare() : account_(account) {}

MemoryBudget::MemoryBudget(const MemoryShare& share) : before_(account) { account = share.account_; }

MemoryBudget::~MemoryBudget() { account = std::move(before_); }

}  // namespace apprentice::onnx::run
