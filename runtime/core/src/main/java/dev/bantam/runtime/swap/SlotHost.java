package dev.bantam.runtime.swap;

import dev.bantam.models.Canary;
import dev.bantam.models.ModelException;
import dev.bantam.runtime.slot.ModelSlot;
import dev.bantam.runtime.slot.ModelVersion;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The runtime as the swaps of one slot see it. Called on the slot's swap thread; may block. */
public interface SlotHost {

  ModelSlot slot();

  /**
   * Brings a model onto the device, unless it is there. Ends when the thread is interrupted.
   *
   * @return the files of the variant that the slot prefers, all but weights checked byte by byte
   */
  ModelFiles obtain(Desired desired, Consumer<SwapPhase> progress) throws ModelException;

  /** The files of a model that is on the device, every byte of them checked. */
  ModelFiles verified(ModelReference reference) throws ModelException;

  /** Sees to it that these models, and no others for this slot, stay on the device. */
  void hold(Collection<ModelReference> models) throws ModelException;

  /** The slot's model was loaded by this host, and further ones shall be. */
  void adopted();

  /** Loads a model, which then serves all tasks of the slot. */
  LoadedModel load(ModelFiles files) throws TaskException;

  /** What the model's author, or the site, wants it to answer. */
  List<Canary> canaries(ModelFiles files) throws ModelException;

  /** What a generating model must reach in this slot. */
  Optional<Double> minTokensPerSecond();

  /** What a model on the device will take in memory, in bytes, as predicted; 0 if nobody knows. */
  long need(ModelReference model);

  /** With what the models of the other slots take, as predicted, and what all may take. */
  SwapPolicy.Memory memory(long active, long candidate);

  /** What all models of the device may take, in bytes. */
  long budget();

  /** What the models of this process take, in bytes, as measured. */
  long measuredMemory();

  /** Tells requests that wait for a model that there is one, or none. */
  void modelChanged();

  /** Ends the requests that a replaced model still works on. */
  void endThoseOf(ModelVersion replaced);

  /** By the device's clock and time zone. */
  Clock clock();
}
