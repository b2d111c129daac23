package dev.bantam.runtime.profile;

import dev.bantam.documents.Quantities;
import dev.bantam.format.DecoderMemory;
import dev.bantam.format.EncoderMemory;
import dev.bantam.format.PrefixMemory;
import dev.bantam.models.MemoryPrediction;
import dev.bantam.models.ModelException;
import dev.bantam.models.catalog.PullableVariant;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a slot's model will take in memory, when all of its workers answer requests that fill the
 * context.
 *
 * @param slot the slot's name
 * @param workers requests answered at the same time; of an encoder, runs at the same time
 * @param context most tokens of prompt and answer together
 * @param kept most bytes that a decoder keeps of beginnings of prompts
 * @param fileBytes size of the model's files, which stands for its memory where nothing better is
 *     known
 * @param decoder what is predicted of a decoder
 * @param encoder what is predicted of an encoder
 */
public record MemoryNeed(
    String slot,
    int workers,
    int context,
    long kept,
    long fileBytes,
    Optional<DecoderMemory> decoder,
    Optional<EncoderMemory> encoder) {

  private static final int LEAST_CONTEXT = 256;

  /**
   * Looks through the model's files. Where the slot does not say how many workers it has, a decoder
   * has one. Blocking.
   */
  public static MemoryNeed of(SlotPlan plan, ModelFiles files) {
    return of(
        plan,
        files.files().values().stream().map(Path::toFile).mapToLong(file -> file.length()).sum(),
        predicted(files, plan.context().settings()),
        encoder(files, runsTextsAlone(plan.context())));
  }

  /**
   * The same of what is not installed, as far as the catalog says.
   *
   * @return empty if it does not say it of what the slot's settings want
   */
  static Optional<MemoryNeed> of(SlotPlan plan, PullableVariant variant) {
    return Optional.of(
            of(
                plan,
                variant.size(),
                variant.decoder(plan.context().settings()),
                variant.encoder(runsTextsAlone(plan.context()))))
        .filter(MemoryNeed::isPredicted);
  }

  private static MemoryNeed of(
      SlotPlan plan,
      long fileBytes,
      Optional<DecoderMemory> decoder,
      Optional<EncoderMemory> encoder) {
    LoadContext context = plan.context();
    return new MemoryNeed(
        plan.name(),
        encoder.isPresent() ? context.threads() : plan.workers().orElse(1),
        context.contextLength(),
        decoder.isPresent() ? kept(context.settings()) : 0,
        fileBytes,
        decoder,
        encoder);
  }

  private static boolean runsTextsAlone(LoadContext context) {
    return context.spinning() && context.threads() > 1;
  }

  /** Whether more is known than the size of files. */
  boolean isPredicted() {
    return decoder.isPresent() || encoder.isPresent();
  }

  private static Optional<EncoderMemory> encoder(ModelFiles files, boolean alone) {
    try {
      return MemoryPrediction.ofEncoder(files, alone);
    } catch (ModelException e) {
      return Optional.empty();
    }
  }

  /** What is wrong with a damaged file or a setting is for the plugin that loads it to say. */
  private static Optional<DecoderMemory> predicted(ModelFiles files, Map<String, String> settings) {
    try {
      return MemoryPrediction.of(files, settings);
    } catch (ModelException e) {
      return Optional.empty();
    }
  }

  private static long kept(Map<String, String> settings) {
    try {
      return PrefixMemory.bytes(settings);
    } catch (TaskException e) {
      return 0;
    }
  }

  /** All of it, in bytes. */
  public long bytes() {
    return bytes(workers, context);
  }

  /** What is there while nobody asks, in bytes: the weights. */
  public long weights() {
    return decoder
        .map(DecoderMemory::weights)
        .or(() -> encoder.map(EncoderMemory::weights))
        .orElse(fileBytes);
  }

  /**
   * What is taken whatever requests reserve, in bytes: of a decoder the weights and what it keeps
   * of prompts, else all.
   */
  public long resting() {
    return decoder.isPresent() ? weights() + kept : bytes();
  }

  /** What the requests under way need besides their caches, in bytes. */
  public long working() {
    return workers
        * decoder
            .map(memory -> memory.working(context))
            .or(() -> encoder.map(memory -> memory.working(context)))
            .orElse(0L);
  }

  /** The caches of the requests under way and what is kept of those before, in bytes. */
  public long cache() {
    return kept + workers * decoder.map(memory -> memory.cache(context)).orElse(0L);
  }

  private long bytes(int requests, int length) {
    return kept
        + decoder
            .map(memory -> memory.total(length, requests))
            .or(() -> encoder.map(memory -> memory.total(length, requests)))
            .orElse(fileBytes);
  }

  /** What is wrong and what to do, if the slots together need more than the budget. */
  public static Optional<String> overBudget(List<MemoryNeed> needs, long budget) {
    long all = needs.stream().mapToLong(MemoryNeed::bytes).sum();
    if (all <= budget) {
      return Optional.empty();
    }
    MemoryNeed largest =
        needs.stream().max(Comparator.comparingLong(MemoryNeed::bytes)).orElseThrow();
    return Optional.of(
        "the models need %s, more than the memory budget of %s: %s. Requests wait for memory, or are refused; %s"
            .formatted(
                show(all),
                show(budget),
                needs.stream().map(MemoryNeed::describe).collect(Collectors.joining("; ")),
                largest.remedy(all - budget)));
  }

  private String describe() {
    return decoder
        .map(
            memory ->
                "slot %s: weights %s, %sand %s a request at a context of %d tokens, workers: %d"
                    .formatted(
                        slot,
                        show(memory.weights()),
                        kept > 0 ? "%s of prompts, ".formatted(show(kept)) : "",
                        show(memory.working(context) + memory.cache(context)),
                        context,
                        workers))
        .or(
            () ->
                encoder.map(
                    memory ->
                        "slot %s: weights %s, and %s a run, runs: %d"
                            .formatted(
                                slot,
                                show(memory.weights()),
                                show(memory.working(context)),
                                workers)))
        .orElse("slot %s: files of %s".formatted(slot, show(fileBytes)));
  }

  /** The least change that makes up for so many bytes. */
  private String remedy(long over) {
    if (kept >= over) {
      return "lower %s of slot %s to %d".formatted(PrefixMemory.SETTING, slot, (kept - over) >> 20);
    }
    if (encoder.isEmpty() && workers > 1 && bytes() - bytes(1, context) >= over) {
      int fitting = workers - 1;
      while (bytes() - bytes(fitting, context) < over) {
        fitting--;
      }
      return "lower the workers of slot %s to %d".formatted(slot, fitting);
    }
    for (int length = context / 2; length >= LEAST_CONTEXT; length /= 2) {
      if (bytes() - bytes(workers, length) >= over) {
        return "lower the context_length of slot %s to %d".formatted(slot, length);
      }
    }
    return "take a smaller model or variant in slot %s, or raise memory_budget".formatted(slot);
  }

  private static String show(long bytes) {
    return Quantities.show(bytes);
  }
}
