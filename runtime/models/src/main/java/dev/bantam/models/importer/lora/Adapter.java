package dev.bantam.models.importer.lora;

import dev.bantam.models.ModelException;
import java.util.Map;

/** An open adapter. */
interface Adapter extends AutoCloseable {

  /** What it adds, by the matrix's name in llama.cpp's terms. */
  Map<String, LowRank> parts();

  /** Whether it was made for rows of Q and K as llama.cpp lays those of the llama family. */
  boolean hasNeighbouringPairs();

  /** The exception for a part that does not fit the model. */
  ModelException wrong(String matrix, String problem);

  @Override
  void close() throws ModelException;
}
