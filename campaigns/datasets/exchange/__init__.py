"""Files of labels that other programs write, read into what people said; and the same written for other programs.

`door` has the two functions that the rest of the program calls; `forms` has a file for each form. Nothing here knows a
home: a file goes in with the ids of a folder's images and a campaign's classes, and frozen dataclasses come out.
"""
