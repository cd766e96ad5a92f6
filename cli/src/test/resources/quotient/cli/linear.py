# Made linear.pt, with PyTorch 1.13.1.
import torch

layer = torch.nn.Linear(3, 2)
layer.weight.data = torch.arange(6.0).reshape(2, 3)
layer.bias.data = torch.tensor([-1.0, 0.5])
torch.save(layer.state_dict(), "linear.pt")
