"""Recognise the text of pictures: pages set upright, rulings, cells, lines and their characters.

Nothing here knows what a filing is. The modules load OpenCV and ONNX Runtime, so they are imported for pictures alone.
"""
