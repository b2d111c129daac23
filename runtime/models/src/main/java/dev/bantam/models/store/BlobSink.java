package dev.bantam.models.store;

import dev.bantam.models.ModelException;

/** Where an importer puts the files it makes. */
@FunctionalInterface
public interface BlobSink {

  /** Opens a new blob for writing, under a temporary name. */
  BlobWriter open() throws ModelException;
}
