package dev.bantam.runtime.cli.model;

import dev.bantam.format.DecoderMemory;
import dev.bantam.spi.ModelReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a model takes in memory by the length of the context, as text and as a JSON object. */
final class MemoryTable {

  private static final String ROW = "%-14s %9s %12s %12s %12s %12s";

  private final DecoderMemory memory;
  private final List<Integer> contexts;

  /**
   * @param contexts lengths to show; empty for a few up to the trained one
   */
  MemoryTable(DecoderMemory memory, List<Integer> contexts) {
    this.memory = memory;
    this.contexts = contexts.isEmpty() ? memory.contexts() : contexts;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(ROW.formatted("memory", "context", "weights", "working", "KV cache", "together"));
    for (int context : contexts) {
      lines.add(
          ROW.formatted(
              "",
              context,
              Descriptions.megabytes(memory.weights()),
              Descriptions.megabytes(memory.working(context)),
              Descriptions.megabytes(memory.cache(context)),
              Descriptions.megabytes(memory.total(context, 1))));
    }
    if (memory.graph().growsCache()) {
      lines.add("               each run makes a new cache of the one before, so both are counted");
    }
    return lines;
  }

  Map<String, Object> fields(ModelReference reference) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("reference", reference.toString());
    fields.put("weights_bytes", memory.weights());
    fields.put("cache_bytes_per_token", memory.cachePerToken());
    fields.put("cache_grows", memory.graph().growsCache());
    fields.put("by_context", contexts.stream().map(this::fields).toList());
    return fields;
  }

  private Map<String, Object> fields(int context) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("context_length", context);
    fields.put("working_bytes", memory.working(context));
    fields.put("cache_bytes", memory.cache(context));
    fields.put("bytes", memory.total(context, 1));
    return fields;
  }
}
