"""A Keras LSTM that all counters share, over the last two days, beside a linear map of the week: keras-lstm.onnx.

    pip install tensorflow-cpu tf2onnx
    python train_keras.py
"""

import keras
import tensorflow as tf
import tf2onnx
from keras import layers, ops

from pedestrians import HISTORY, HORIZON, load, training

keras.utils.set_random_seed(1)
_, places, values = load()
x, y, mean, deviation = training(values)
EPOCHS, RECENT, N = 6, 48, len(places)


class PlaceWeights(layers.Layer):
    """Adds what is learned of each counter: [B, N, width]."""

    def build(self, shape):
        self.weight = self.add_weight(shape=(N, shape[-1]), initializer="zeros")

    def call(self, x):
        return x + self.weight


history = keras.Input((HISTORY, N))
scaled = ops.transpose((history - mean) / deviation, (0, 2, 1))  # [B, N, HISTORY]
recent = layers.LSTM(64)(ops.reshape(scaled[:, :, -RECENT:], (-1, RECENT, 1)))
h = layers.Concatenate()([ops.reshape(recent, (-1, N, 64)), layers.Dense(64)(scaled)])
h = layers.Activation("relu")(PlaceWeights()(layers.Dense(128)(h)))
h = layers.Dropout(0.1)(h)
change = layers.Dense(HORIZON)(h) + layers.Dense(HORIZON)(scaled)
forecast = ops.transpose(change, (0, 2, 1)) * deviation + mean
model = keras.Model(history, forecast)

steps = EPOCHS * (len(x) // 64)
model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.003, steps)), "mae")
model.fit(x, y, batch_size=64, epochs=EPOCHS, verbose=2)

# Without dropout, counts in and counts out, any number of windows.
function = tf.function(
    lambda x: model(x, training=False),
    input_signature=[tf.TensorSpec((None, HISTORY, N), tf.float32, name="counts")])
tf2onnx.convert.from_function(
    function, input_signature=function.input_signature, opset=15, output_path="keras-lstm.onnx")
