package dev.bantam.models.importer.architecture;

/** Which two elements of a head are rotated together. */
public enum PairLayout {
  /** 2i and 2i + 1: how llama.cpp's converter stores the llama family. */
  NEIGHBOURS,
  /** i and i + half a head: as in GPT-NeoX and most families since. */
  HALVES
}
