"""A Keras LSTM over the last two days, beside a linear map of the whole week: keras-lstm.onnx.

    pip install tensorflow-cpu tf2onnx
    python train_keras.py
"""

import keras
import tensorflow as tf
import tf2onnx
from keras import layers

from pedestrians import HISTORY, HORIZON, load, training

keras.utils.set_random_seed(1)
_, places, values = load()
x, y, mean, deviation = training(values)

history = keras.Input((HISTORY, len(places)))
scaled = (history - mean) / deviation
h = layers.LSTM(96)(scaled[:, -48:])
h = layers.Dropout(0.1)(h)
week = layers.Permute((2, 1))(layers.Dense(HORIZON)(layers.Permute((2, 1))(scaled)))
change = layers.Reshape((HORIZON, len(places)))(layers.Dense(HORIZON * len(places))(h))
forecast = (week + change) * deviation + mean
model = keras.Model(history, forecast)

model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.003, 6 * (len(x) // 64))), "mae")
model.fit(x, y, batch_size=64, epochs=6, verbose=2)

# Without dropout, counts in and counts out, any number of windows.
function = tf.function(
    lambda x: model(x, training=False),
    input_signature=[tf.TensorSpec((None, HISTORY, len(places)), tf.float32, name="counts")])
tf2onnx.convert.from_function(
    function, input_signature=function.input_signature, opset=15, output_path="keras-lstm.onnx")
