package dev.bantam.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.format.DecoderConfig;
import dev.bantam.format.DecoderMemory;
import dev.bantam.format.DecoderMemory.GraphForm;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {

  private static final long MIB = 1 << 20;

  @Test
  void shouldSayNothingWhereAllFits() {
    assertThat(MemoryNeed.overBudget(List.of(decoder("a", 1, 2048)), 1000 * MIB)).isEmpty();
    assertThat(MemoryNeed.overBudget(List.of(), 0)).isEmpty();
  }

  @Test
  void shouldCountTheRequestsOfAllWorkers() {
    long one = decoder("a", 1, 2048).bytes();
    long three = decoder("a", 3, 2048).bytes();

    assertThat(three - one).isEqualTo(2 * (one - 100 * MIB));
  }

  @Test
  void shouldNameWhatToLower() {
    MemoryNeed two = decoder("a", 2, 4096);
    MemoryNeed one = decoder("a", 1, 4096);

    assertThat(problem(two.bytes() - 1, two)).contains("lower the workers of slot a to 1");
    assertThat(problem(one.bytes() - 1, one))
        .contains("lower the context_length of slot a to 2048");
    assertThat(problem(one.bytes() / 2, one)).contains("lower the context_length of slot a to 512");
    assertThat(problem(50 * MIB, one))
        .contains("take a smaller model or variant in slot a", "memory_budget");
  }

  @Test
  void shouldBlameTheLargestSlotAndShowAll() {
    MemoryNeed small = new MemoryNeed("b", 4, 512, 0, 10 * MIB, Optional.empty(), Optional.empty());
    MemoryNeed large = decoder("a", 1, 4096);

    assertThat(problem(large.bytes(), small, large))
        .startsWith("the models need ")
        .contains(
            "slot b: files of 10.0 MiB",
            "slot a: weights 100.0 MiB, and ",
            "a request at a context of 4096 tokens, workers: 1")
        .contains("lower the context_length of slot a to 2048");
  }

  @Test
  void shouldCountWhatIsKeptOfPromptsOnceAndForGood() {
    MemoryNeed without = decoder("a", 2, 2048);
    MemoryNeed keeping = decoder("a", 2, 2048, 64 * MIB);

    assertThat(keeping.bytes() - without.bytes()).isEqualTo(64 * MIB);
    assertThat(keeping.resting() - without.resting()).isEqualTo(64 * MIB);
    assertThat(keeping.weights()).isEqualTo(without.weights());
    MemoryNeed small = decoder("a", 1, 256, 64 * MIB);
    assertThat(problem(small.bytes() - 20 * MIB, small))
        .contains("64.0 MiB of prompts", "lower prefix_cache_mb of slot a to 44");
  }

  private static String problem(long budget, MemoryNeed... needs) {
    return MemoryNeed.overBudget(List.of(needs), budget).orElseThrow();
  }

  private static MemoryNeed decoder(String slot, int workers, int context) {
    return decoder(slot, workers, context, 0);
  }

  /** Of SmolLM2's shape: 45 KiB of cache a token. */
  private static MemoryNeed decoder(String slot, int workers, int context, long kept) {
    DecoderConfig config =
        new DecoderConfig(
            DecoderConfig.FORMAT,
            "llama",
            30,
            9,
            3,
            64,
            576,
            49_152,
            8192,
            Optional.empty(),
            Optional.empty(),
            false,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new MemoryNeed(
        slot,
        workers,
        context,
        kept,
        1,
        Optional.of(new DecoderMemory(config, 100 * MIB, GraphForm.OWN)),
        Optional.empty());
  }
}
