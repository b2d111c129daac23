package dev.bantam.models;

import java.util.List;

/**
 * How large a decoder's keys and values get.
 *
 * @param parts greatest absolute values that were seen, layers in order, keys before values; each
 *     {@code [kv_heads * head_size]}
 */
public record CacheRanges(List<float[]> parts) {

  public CacheRanges {
    parts = List.copyOf(parts);
  }
}
