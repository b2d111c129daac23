package dev.bantam.runtime;

import dev.bantam.runtime.profile.MemoryNeed;
import dev.bantam.runtime.profile.SlotPlan;
import dev.bantam.spi.ModelFiles;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers what a slot's models take in memory. To find out means to read their graphs, and a swap
 * asks several times, also while the new model begins to answer. Any thread.
 */
final class MemoryNeeds {

  private static final int MOST = 4;

  /** Files of installed models are named by their digests. */
  private record Key(SlotPlan plan, ModelFiles files) {}

  /** The oldest first. */
  private final Map<Key, MemoryNeed> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, MemoryNeed> eldest) {
          return size() > MOST;
        }
      };

  /** As {@link MemoryNeed#of}. */
  synchronized MemoryNeed of(SlotPlan plan, ModelFiles files) {
    return known.computeIfAbsent(
        new Key(plan, files), key -> MemoryNeed.of(key.plan(), key.files()));
  }
}
